package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
)

// hostile is a copy of a model with a signature "save" that writes a file. With
// loading the file is written by the init op.
func hostile(t *testing.T, loading bool) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "model")
	require.NoError(t, os.CopyFS(dir, os.DirFS(mlp)))
	file := filepath.Join(dir, "saved_model.pb")
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	var m tfproto.SavedModel
	require.NoError(t, proto.Unmarshal(data, &m))
	g := m.MetaGraphs[0]
	g.GraphDef.Node = append(g.GraphDef.Node,
		&tfproto.NodeDef{Name: "out", Op: "Const", Attr: map[string]*tfproto.AttrValue{
			"dtype": {Value: &tfproto.AttrValue_Type{Type: 7}},
			"value": {Value: &tfproto.AttrValue_Tensor{Tensor: &tfproto.TensorProto{
				Dtype: 7, TensorShape: &tfproto.TensorShapeProto{}, StringVal: [][]byte{[]byte(filepath.Join(dir, "written"))}}}}}},
		&tfproto.NodeDef{Name: "write", Op: "WriteFile", Input: []string{"out", "out"}})
	named := func(name string) *tfproto.TensorInfo {
		return &tfproto.TensorInfo{Dtype: 7, Encoding: &tfproto.TensorInfo_Name{Name: name}}
	}
	if loading {
		g.SignatureDef["__saved_model_init_op"] = &tfproto.SignatureDef{Outputs: map[string]*tfproto.TensorInfo{"__saved_model_init_op": named("write")}}
	} else {
		g.GraphDef.Node = append(g.GraphDef.Node, &tfproto.NodeDef{Name: "saved", Op: "Identity", Input: []string{"out", "^write"},
			Attr: map[string]*tfproto.AttrValue{"T": {Value: &tfproto.AttrValue_Type{Type: 7}}}})
		g.SignatureDef["save"] = &tfproto.SignatureDef{Outputs: map[string]*tfproto.TensorInfo{"file": named("saved:0")}}
	}
	data, err = proto.Marshal(&m)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, data, 0o600))
	return dir
}

func TestUnsafeModel(t *testing.T) {
	needLibrary(t)
	dir := hostile(t, true)
	out := filepath.Join(t.TempDir(), "out.npz")
	bench := []string{"bench", "--model", dir, "--method", "gradient", "--target", "logits", "--signature", "serving_default", "--calls", "1"}
	for _, args := range [][]string{with(out, "--model", dir, "--signature", "serving_default"), bench} {
		got := tfx(args...)
		require.Equal(t, 3, got.code)
		require.Equal(t, `tfexplain: the model in "`+dir+`" is refused: WriteFile (node write), run by the init op: `+
			"it reads or writes files; if you trust who made the model, use --trust-model\n", got.stderr)
	}
	require.NoFileExists(t, out)

	want := []unsafeReport{{Op: "WriteFile", Node: "write", Root: "the init op", Reason: "it reads or writes files"}}
	got := tfx("inspect", "--model", dir, "--json")
	require.Equal(t, 3, got.code)
	require.Contains(t, got.stderr, "use --trust-model")
	var r modelReport
	require.NoError(t, json.Unmarshal([]byte(got.stdout), &r))
	require.Equal(t, want, r.Unsafe)
	require.Len(t, r.Signatures, 2)
	require.Empty(t, r.Signatures[0].Targets)

	got = tfx("inspect", "--model", dir)
	require.Equal(t, 3, got.code)
	require.Contains(t, got.stdout, "  may do more than compute: WriteFile (node write), run by the init op\n    it reads or writes files\n")
	require.Contains(t, got.stdout, "pixels  float32[N 64]")
	require.NoFileExists(t, filepath.Join(dir, "written"))

	got = tfx("inspect", "--model", dir, "--json", "--trust-model")
	require.Equal(t, 0, got.code, got.stderr)
	r = modelReport{}
	require.NoError(t, json.Unmarshal([]byte(got.stdout), &r))
	require.True(t, r.Trusted)
	require.Equal(t, want, r.Unsafe)
	require.NotEmpty(t, r.Signatures[0].Targets)
	require.FileExists(t, filepath.Join(dir, "written"), "the attack works")

	require.Equal(t, 0, tfx(append(with(out, "--model", dir, "--signature", "serving_default"), "--trust-model")...).code)
	require.Equal(t, 0, tfx(append(bench, "--trust-model")...).code)
}

// A signature that nobody asked for is no reason to refuse the others.
func TestUnsafeSignature(t *testing.T) {
	needLibrary(t)
	dir := hostile(t, false)
	out := filepath.Join(t.TempDir(), "out.npz")
	got := tfx(with(out, "--model", dir, "--signature", "serving_default")...)
	require.Equal(t, 0, got.code, got.stderr)

	got = tfx("inspect", "--model", dir, "--json")
	require.Equal(t, 3, got.code)
	var r modelReport
	require.NoError(t, json.Unmarshal([]byte(got.stdout), &r))
	require.Equal(t, []unsafeReport{{Op: "WriteFile", Node: "write", Root: `signature "save"`, Reason: "it reads or writes files"}}, r.Unsafe)
	require.Equal(t, "save", r.Signatures[0].Name)
	require.Equal(t, "the signature may do more than compute", r.Signatures[0].Targets[0].Problem)
	require.Empty(t, r.Signatures[2].Targets[0].Problem)
	require.NoFileExists(t, filepath.Join(dir, "written"))
}

// Names in a model may hold what a terminal takes for commands.
func TestOutputIsPlain(t *testing.T) {
	dir := hostile(t, true)
	file := filepath.Join(dir, "saved_model.pb")
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	var m tfproto.SavedModel
	require.NoError(t, proto.Unmarshal(data, &m))
	g := m.MetaGraphs[0]
	for _, n := range g.GraphDef.Node {
		if n.Name == "write" {
			n.Name = "w\x1b]0;title\x07\u009b2J"
			g.SignatureDef["__saved_model_init_op"].Outputs["__saved_model_init_op"].Encoding = &tfproto.TensorInfo_Name{Name: n.Name}
		}
	}
	data, err = proto.Marshal(&m)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, data, 0o600))
	for _, got := range []ran{tfx("inspect", "--model", dir), tfx(with("out.npz", "--model", dir, "--signature", "serving_default")...)} {
		require.Contains(t, got.stdout+got.stderr, "w?]0;title??2J")
		require.NotContains(t, got.stdout+got.stderr, "\x1b")
		require.NotContains(t, got.stdout+got.stderr, "\u009b")
	}
}
