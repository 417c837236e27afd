package savedmodel

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/internal/opclass"
	"github.com/tfexplain/tfexplain-go/internal/tfproto"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// A model with a harmless signature and one that saves checkpoints.
func saving(m *tfproto.MetaGraphDef) {
	addText(m, "name", "out")
	addNode(m, "save", "WriteFile", nil).Input = []string{"name", "name"}
	addNode(m, "saved", "Identity", map[string]*tfproto.AttrValue{"T": typeAttr(tensor.String)}).Input = []string{"name", "^save"}
	m.SignatureDef["save"] = &tfproto.SignatureDef{Outputs: map[string]*tfproto.TensorInfo{
		"file": {Dtype: int32(tensor.String), Encoding: &tfproto.TensorInfo_Name{Name: "saved:0"}}}}
}

func TestChosenSignatures(t *testing.T) {
	dir := changed(t, "paper_m3", saving)
	want := &UnsafeModelError{Dir: dir, Ops: []RefusedOp{{Root: `signature "save"`, Op: "WriteFile", Node: "save",
		Reason: "it reads or writes files", kind: signatureRoot, signature: "save"}}}
	meta, err := Read(dir, Options{})
	require.NoError(t, err)
	require.Equal(t, want.Ops, meta.RefusedOps())

	for _, signatures := range [][]string{nil, {"save"}, {"serving_default", "save"}} {
		_, err := Load(dir, Options{Signatures: signatures})
		require.Equal(t, want, err)
	}
	m := loadModel(t, dir, Options{Signatures: []string{"serving_default"}})
	_, err = m.Signature("serving_default")
	require.NoError(t, err)
	_, err = m.Signature("save")
	require.Equal(t, want, err)
	_, err = m.Predict(t.Context(), "save", nil)
	require.Equal(t, want, err)
	require.NoFileExists(t, "out")
	want.Ops[0].Root, want.Ops[0].signature = `the tensor "saved:0"`, ""
	require.Equal(t, want, m.CheckTensor("saved:0"))
	require.NoError(t, m.CheckTensor("name"))
	want.Ops[0].Root, want.Ops[0].signature = `signature "save"`, "save"

	t.Chdir(t.TempDir())
	m = loadModel(t, dir, Options{TrustModel: true})
	require.Equal(t, want.Ops, m.RefusedOps())
	require.NoError(t, m.CheckTensor("saved:0"))
	_, err = m.Predict(t.Context(), "save", nil)
	require.NoError(t, err)
	require.FileExists(t, "out")
}

// Why an op without state is refused wherever it stands: TensorFlow evaluates
// nodes that nothing runs when the shape of another one depends on their values.
func TestImportRunsNodes(t *testing.T) {
	away := t.TempDir()
	file := filepath.Join(away, "sizes")
	require.NoError(t, os.WriteFile(file, []byte{3, 0, 0, 0, 7, 0, 0, 0}, 0o600))
	dir := changed(t, "paper_m3", func(m *tfproto.MetaGraphDef) {
		addText(m, "file", file)
		addNode(m, "read", "ReadFile", nil).Input = []string{"file"}
		addNode(m, "sizes", "DecodeRaw", map[string]*tfproto.AttrValue{"out_type": typeAttr(tensor.Int32)}).Input = []string{"read"}
		addNode(m, "watched", "DebugIdentity", map[string]*tfproto.AttrValue{"T": typeAttr(tensor.Int32), "tensor_name": {Value: &tfproto.AttrValue_S{S: []byte("x:0")}}, "debug_urls": {Value: &tfproto.AttrValue_List{
			List: &tfproto.AttrValue_ListValue{S: [][]byte{[]byte("file://" + away + "/written")}}}}}).Input = []string{"sizes"}
		addNode(m, "one", "Const", constAttrs(&tfproto.TensorProto{Dtype: 1, TensorShape: shapeOf(), FloatVal: []float32{1}}))
		addNode(m, "filled", "Fill", map[string]*tfproto.AttrValue{"T": typeAttr(tensor.Float32)}).Input = []string{"sizes", "one"}
		addNode(m, "again", "Fill", map[string]*tfproto.AttrValue{"T": typeAttr(tensor.Float32)}).Input = []string{"watched", "one"}
	})
	_, err := Load(dir, Options{})
	var e *UnsafeModelError
	require.ErrorAs(t, err, &e)
	require.Len(t, e.Ops, 2)
	require.NoDirExists(t, filepath.Join(away, "written"))

	m := loadModel(t, dir, Options{TrustModel: true})
	filled, err := m.Graph().Outputs("filled")
	require.NoError(t, err)
	require.Equal(t, []int{3, 7}, filled[0].Shape, "what the file says")
	require.DirExists(t, filepath.Join(away, "written"))
}

// A signature may not hide behind the quotes of another's name.
func TestSignatureNames(t *testing.T) {
	dir := changed(t, "paper_m3", func(m *tfproto.MetaGraphDef) {
		saving(m)
		m.SignatureDef[`x" or "y`] = m.SignatureDef["save"]
	})
	_, err := Load(dir, Options{Signatures: []string{`x" or "y`}})
	var e *UnsafeModelError
	require.ErrorAs(t, err, &e)
	require.Len(t, e.Ops, 1)
}

// What a test model's loading needs is found to be its own.
func TestOwnFiles(t *testing.T) {
	dir := copyModel(t, "tabular_multi")
	require.NoError(t, os.Rename(filepath.Join(dir, "assets", "vocabulary.txt"), filepath.Join(dir, "words")))
	require.NoError(t, os.Symlink("../words", filepath.Join(dir, "assets", "vocabulary.txt")))
	link := filepath.Join(t.TempDir(), "model")
	require.NoError(t, os.Symlink(dir, link))
	loadModel(t, link, Options{})

	// TensorFlow 1 keeps the list of assets elsewhere.
	dir = changed(t, "tabular_multi", inCollection)
	loadModel(t, dir, Options{})
}

func TestTrustedLinks(t *testing.T) {
	dir := copyModel(t, "tf1_variables")
	const shard = "variables/variables.data-00000-of-00001"
	away := filepath.Join(t.TempDir(), "blob")
	require.NoError(t, os.Rename(filepath.Join(dir, shard), away))
	require.NoError(t, os.Symlink(away, filepath.Join(dir, shard)))
	_, err := Load(dir, Options{})
	require.Equal(t, &OutsideError{Dir: dir, File: shard, Err: errOutside}, err)
	loadModel(t, dir, Options{TrustModel: true})
}

// A name that is passed through many nodes is not followed for ever.
func TestLongWayOfAName(t *testing.T) {
	for _, c := range []struct {
		length int
		bad    bool
	}{{100, false}, {100_000, true}} {
		dir := changed(t, "tf1_variables", func(m *tfproto.MetaGraphDef) {
			last := "save/Const"
			for i := range c.length {
				n := addNode(m, "i"+string(rune('a'+i%26))+"/"+string(rune(0x4e00+i/26)), "Identity", map[string]*tfproto.AttrValue{"T": typeAttr(tensor.String)})
				n.Input = []string{last}
				last = n.Name
			}
			find(m, "save/RestoreV2").Input[0] = last
		})
		m, err := Read(dir, Options{})
		require.NoError(t, err)
		require.Equal(t, c.bad, m.checkUnsafe(nil) != nil, c.length)
	}
}

func TestOpRefusals(t *testing.T) {
	lists := opclass.New()
	for _, v := range []struct {
		op                       string
		signature, init, restore string
	}{
		{"Conv2D", "", notLoading, notLoading},
		{"While", "", notLoading, notLoading},
		{"Reshape", "", "", ""},
		{"RestoreV2", onlyFolder, "", ""},
		{"WriteFile", "it reads or writes files", "it reads or writes files", "it reads or writes files"},
		{"_Send", "it is one that TensorFlow's runtime makes for itself", "it is one that TensorFlow's runtime makes for itself", "it is one that TensorFlow's runtime makes for itself"},
		{"_FusedConv2D", "", notLoading, notLoading},
		{"MyOwnOp", opclass.NotListed, opclass.NotListed, opclass.NotListed},
	} {
		class := lists.Of(v.op)
		require.Equal(t, v.signature, refusal(class, signatureRoot), v.op)
		require.Equal(t, v.init, refusal(class, initRoot), v.op)
		require.Equal(t, v.restore, refusal(class, restoreRoot), v.op)
	}
}
