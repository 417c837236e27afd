package savedmodel

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"github.com/tfexplain/tfexplain-go/internal/cgo"
	"github.com/tfexplain/tfexplain-go/internal/tfproto"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// needLibrary opens the TensorFlow library; without one the test fails.
func needLibrary(t testing.TB) *cgo.Library {
	t.Helper()
	library, err := cgo.Open(cgo.Options{})
	require.NoError(t, err)
	t.Cleanup(library.Close)
	return library
}

// loadModel loads a model and closes it at the end of the test, when nothing of
// TensorFlow's may be left.
func loadModel(t testing.TB, dir string, o Options) *Model {
	t.Helper()
	library := needLibrary(t)
	before := alive(library)
	m, err := Load(dir, o)
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, m.Close())
		require.Equal(t, before, alive(library))
	})
	return m
}

// alive counts TensorFlow's objects without the bytes of tensors: a thread of
// TensorFlow may let go of a fed tensor a moment after its Run is over, and
// the pool of free buffers keeps what it has while there are other sessions.
func alive(library *cgo.Library) cgo.Counters {
	c := library.Alive()
	c.TensorBytes, c.PooledBytes = 0, 0
	return c
}

// loadFails loads a model that cannot be loaded; nothing may be left of it.
func loadFails(t *testing.T, dir string, o Options) error {
	t.Helper()
	library := needLibrary(t)
	before := alive(library)
	_, err := Load(dir, o)
	require.Error(t, err)
	require.Equal(t, before, alive(library))
	return err
}

func TestModelParts(t *testing.T) {
	m := loadModel(t, "testdata/paper_m3", Options{})
	require.NotEmpty(t, m.Library().Version())
	require.Equal(t, len(m.GraphDef().GetNode()), m.Graph().Len())
	for _, n := range m.GraphDef().GetNode() {
		require.True(t, m.Graph().Has(n.GetName()), n.GetName())
	}
	devices, err := m.Session().Devices()
	require.NoError(t, err)
	require.NotEmpty(t, devices)
	defs := m.OpDefs()
	for _, op := range []string{"MatMul", "StatefulPartitionedCall", "XlaCallModule", "_FusedConv2D", "_Arg"} {
		require.Equal(t, op, defs[op].GetName())
	}
	require.Equal(t, "transpose_a", defs["MatMul"].GetAttr()[0].GetName())
}

// Version control drops empty folders, and assets/ of a model without assets
// may be missing too.
func TestLoadWithoutFolders(t *testing.T) {
	for _, name := range []string{"paper_m3", "tf1_frozen"} {
		dir := copyModel(t, name)
		require.NoError(t, os.RemoveAll(filepath.Join(dir, "variables")))
		require.NoError(t, os.RemoveAll(filepath.Join(dir, "assets")))
		m := loadModel(t, dir, Options{})
		g := readGolden(t, name)[0]
		out, err := m.Predict(t.Context(), g.Signature, g.inputs(t))
		require.NoError(t, err)
		g.check(t, out)
	}
}

func TestLoadTags(t *testing.T) {
	dir := copyModel(t, "tf1_frozen")
	var m tfproto.SavedModel
	require.NoError(t, proto.Unmarshal(modelBytes(t, "tf1_frozen"), &m))
	m.MetaGraphs = append(m.MetaGraphs, proto.CloneOf(m.MetaGraphs[0]), proto.CloneOf(m.MetaGraphs[0]))
	m.MetaGraphs[1].MetaInfoDef.Tags = []string{"serve", "gpu"}
	m.MetaGraphs[2].MetaInfoDef.Tags = nil
	addNode(m.MetaGraphs[1], "only_here", "NoOp", nil)
	writeModel(t, dir, &m)
	require.True(t, loadModel(t, dir, Options{Tags: []string{"gpu", "serve"}}).Graph().Has("only_here"))
	require.False(t, loadModel(t, dir, Options{}).Graph().Has("only_here"))
	require.False(t, loadModel(t, dir, Options{Tags: []string{}}).Graph().Has("only_here"))
}

func TestLoadDamagedWeights(t *testing.T) {
	const shard = "variables/variables.data-00000-of-00001"
	patch := func(name string, at int64, bytes string) func(string) error {
		return func(dir string) error {
			f, err := os.OpenFile(filepath.Join(dir, name), os.O_WRONLY, 0)
			if err != nil {
				return err
			}
			_, err = f.WriteAt([]byte(bytes), at)
			return errors.Join(err, f.Close())
		}
	}
	for _, c := range []struct {
		name   string
		change func(dir string) error
		file   string
		code   cgo.Code
	}{
		{"shard cut off", func(dir string) error { return os.Truncate(filepath.Join(dir, shard), 9000) }, shard, cgo.OutOfRange},
		{"shard empty", func(dir string) error { return os.Truncate(filepath.Join(dir, shard), 0) }, shard, cgo.OutOfRange},
		{"shard changed", patch(shard, 3000, "\xff\xff\xff"), shard, cgo.DataLoss},
		{"index cut off", func(dir string) error { return os.Truncate(filepath.Join(dir, "variables", indexFile), 300) },
			"variables/variables.index", cgo.DataLoss},
		{"index changed", patch("variables/variables.index", 200, "\xff\xff\xff"), "variables/variables.index", cgo.DataLoss},
		{"of another model", func(dir string) error {
			return errors.Join(os.RemoveAll(filepath.Join(dir, "variables")),
				os.CopyFS(filepath.Join(dir, "variables"), os.DirFS("testdata/tf1_variables/variables")))
		}, "variables/variables.index", cgo.NotFound},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := copyModel(t, "digits_mlp_relu")
			require.NoError(t, c.change(dir))
			err := loadFails(t, dir, Options{})
			var e *ShardError
			require.ErrorAs(t, err, &e)
			require.Equal(t, c.file, e.File)
			require.ErrorIs(t, err, &cgo.Error{Code: c.code})
			require.ErrorContains(t, err, c.code.String())
		})
	}
}

func TestLoadUnknownOps(t *testing.T) {
	dir := changed(t, "paper_m3", func(m *tfproto.MetaGraphDef) {
		addNode(m, "top", "MyTopOp", nil)
		f := addFunction(m, "f", "g")
		f.NodeDef = append(f.NodeDef, &tfproto.NodeDef{Name: "inner", Op: "MyInnerOp"})
		addFunction(m, "g")
		addCall(m, "call", "f")
		u := addFunction(m, "nobody_calls")
		u.NodeDef = append(u.NodeDef, &tfproto.NodeDef{Name: "inner", Op: "MyUnusedOp"})
	})
	err := loadFails(t, dir, Options{})
	var e *UnknownOpError
	require.ErrorAs(t, err, &e)
	require.Equal(t, []UnknownOp{{"MyTopOp", "top", ""}, {"MyInnerOp", "inner", "f"}}, e.Ops)
	require.Equal(t, "2.18.1", e.Writer)
	require.Equal(t, needLibrary(t).Version(), e.LibraryVersion)

	loadModel(t, changed(t, "paper_m3", func(m *tfproto.MetaGraphDef) {
		u := addFunction(m, "nobody_calls")
		u.NodeDef = append(u.NodeDef, &tfproto.NodeDef{Name: "inner", Op: "MyUnusedOp"})
	}), Options{})
}

// TensorFlow aborts the process on these.
func TestLoadForgedCounts(t *testing.T) {
	const x = "serving_default_x"
	node := func(op, attr string, n int64, inputs ...string) *tfproto.NodeDef {
		return &tfproto.NodeDef{Name: "n", Op: op, Input: inputs, Attr: map[string]*tfproto.AttrValue{
			attr: {Value: &tfproto.AttrValue_I{I: n}}, "T": typeAttr(tensor.Float32)}}
	}
	for _, c := range []struct {
		name   string
		node   *tfproto.NodeDef
		reason string
	}{
		{"many inputs", node("AddN", "N", 1<<31, x), "its attribute N, a number of tensors, is 2147483648; it can be 0 to Limits.MaxGraphNodes (1000000)"},
		{"negative inputs", node("Pack", "N", -1, x), "its attribute N, a number of tensors, is -1; it can be 0 to Limits.MaxGraphNodes (1000000)"},
		{"many outputs", node("Unpack", "num", 1<<31, x), "its attribute num, a number of tensors, is 2147483648; it can be 0 to Limits.MaxGraphNodes (1000000)"},
		{"fewer inputs than N", node("AddN", "N", 2, x), "the op AddN takes 2 inputs here and has 1"},
		{"no input", node("Identity", "_n", 0, "^"+x), "the op Identity takes 1 inputs here and has 0"},
		{"an input too many", node("Identity", "_n", 0, x, x), "the op Identity takes 1 inputs here and has 2"},
		{"list of types", node("IdentityN", "_n", 0, x), ""}, // T is no list: TensorFlow's error
	} {
		t.Run(c.name, func(t *testing.T) {
			for function, change := range map[string]func(*tfproto.MetaGraphDef){
				"": func(m *tfproto.MetaGraphDef) { m.GraphDef.Node = append(m.GraphDef.Node, c.node) },
				"f": func(m *tfproto.MetaGraphDef) {
					f := addFunction(m, "f")
					f.Signature.InputArg[0].Name = x
					f.Ret["y"] = x
					f.NodeDef = append(f.NodeDef, c.node)
					addCall(m, "call", "f")
				},
			} {
				dir := changed(t, "paper_m3", change)
				if c.reason != "" {
					require.Equal(t, &GraphError{Node: "n", Function: function, Reason: c.reason}, loadFails(t, dir, Options{}))
				} else if function == "" {
					var e *LoadError
					require.ErrorAs(t, loadFails(t, dir, Options{}), &e)
				}
			}
		})
	}

	// In a function one input may stand for a list.
	loadModel(t, changed(t, "paper_m3", func(m *tfproto.MetaGraphDef) {
		f := addFunction(m, "f")
		two := node("IdentityN", "_n", 0, "x", "x")
		two.Name, two.Attr["T"] = "two", &tfproto.AttrValue{Value: &tfproto.AttrValue_List{List: &tfproto.AttrValue_ListValue{Type: []int32{1, 1}}}}
		f.NodeDef = append(f.NodeDef, two, node("AddN", "N", 2, "two:output"))
		addCall(m, "call", "f")
	}), Options{})
}

func TestLoadNewerGraph(t *testing.T) {
	dir := changed(t, "paper_m3", func(m *tfproto.MetaGraphDef) {
		m.GraphDef.Versions.Producer, m.GraphDef.Versions.MinConsumer = 100_000, 99_999
		addNode(m, "top", "AnOpOfTheFuture", nil) // the version is the better explanation
	})
	err := loadFails(t, dir, Options{})
	var e *NewerGraphError
	require.ErrorAs(t, err, &e)
	require.Equal(t, 99_999, e.MinConsumer)
	require.Greater(t, e.LibraryConsumer, 1900) // TensorFlow 2.18 has 1994
	require.ErrorIs(t, err, &cgo.Error{Code: cgo.InvalidArgument})

	dir = changed(t, "paper_m3", func(m *tfproto.MetaGraphDef) {
		m.GraphDef.Versions.BadConsumers = []int32{int32(e.LibraryConsumer)}
	})
	err = loadFails(t, dir, Options{})
	var other *LoadError
	require.ErrorAs(t, err, &other)
	require.ErrorContains(t, err, "disallows consumer version")
	require.ErrorIs(t, err, &cgo.Error{Code: cgo.InvalidArgument})
}

// What only TensorFlow finds keeps its code.
func TestLoadError(t *testing.T) {
	dir := changed(t, "tf1_frozen", func(m *tfproto.MetaGraphDef) {
		addNode(m, "bad", "Identity", map[string]*tfproto.AttrValue{"T": typeAttr(tensor.Float32)}).Input = []string{"nowhere"}
	})
	err := loadFails(t, dir, Options{})
	var e *LoadError
	require.ErrorAs(t, err, &e)
	require.ErrorIs(t, err, &cgo.Error{Code: cgo.InvalidArgument})
	require.ErrorContains(t, err, "nowhere")
}

func TestLoadDevice(t *testing.T) {
	err := loadFails(t, "testdata/paper_m3", Options{Device: "/TPU:7"})
	var e *DeviceError
	require.ErrorAs(t, err, &e)
	require.Equal(t, "/TPU:7", e.Given)
	require.Contains(t, strings.Join(e.Available, " "), "device:CPU:0")
}

func TestLoadNoLibrary(t *testing.T) {
	library := filepath.Join(t.TempDir(), "libtensorflow.so")
	_, err := Load("testdata/paper_m3", Options{Library: library})
	var e *LibraryError
	require.ErrorAs(t, err, &e)
	require.Equal(t, library, e.Tried[len(e.Tried)-1].Path)
	require.ErrorContains(t, err, library)
}

func TestCloseTwiceAndLate(t *testing.T) {
	m := loadModel(t, "testdata/tf1_variables", Options{})
	g := readGolden(t, "tf1_variables")[0]
	_, err := m.Predict(t.Context(), "", g.inputs(t))
	require.NoError(t, err)
	require.NoError(t, m.Close())
	require.NoError(t, m.Close())
	_, err = m.Predict(t.Context(), "", g.inputs(t)) // the prepared call
	require.ErrorIs(t, err, cgo.ErrClosed)

	fresh := loadModel(t, "testdata/tf1_variables", Options{})
	require.NoError(t, fresh.Close())
	_, err = fresh.Predict(t.Context(), "", g.inputs(t)) // a new call
	require.ErrorIs(t, err, cgo.ErrClosed)
}

// Close waits for calls that are on their way; calls give the right answer or
// say that the model is closed.
func TestCloseWhilePredicting(t *testing.T) {
	m := loadModel(t, "testdata/digits_mlp_relu", Options{})
	g := readGolden(t, "digits_mlp_relu")[0]
	in := g.inputs(t)
	var wg sync.WaitGroup
	started := make(chan struct{}, 4)
	for range 4 {
		wg.Go(func() {
			for first := true; ; first = false {
				out, err := m.Predict(t.Context(), g.Signature, in)
				if first {
					started <- struct{}{}
				}
				if err != nil {
					if !errors.Is(err, cgo.ErrClosed) {
						t.Errorf("%v", err)
					}
					return
				}
				if out["logits"] == nil {
					t.Error("no logits")
					return
				}
			}
		})
	}
	for range 4 {
		<-started
	}
	for range 2 {
		wg.Go(func() {
			if err := m.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}
