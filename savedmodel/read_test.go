package savedmodel

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestReadModels(t *testing.T) {
	mlp := TensorInfo{Key: "pixels", Name: "serving_default_pixels:0", DType: tensor.Float32, Shape: []int{-1, 64}, KnownRank: true}
	for _, c := range []struct {
		model      string
		signatures []string
		input      TensorInfo // of the signature chosen by an empty name
		outputs    []string
		variables  int
	}{
		{"digits_mlp_relu", []string{"serve", "serving_default"}, mlp, []string{"logits", "probs"}, 12},
		{"digits_cnn_k2", []string{"serving_default"},
			TensorInfo{Key: "image", Name: "serving_default_image:0", DType: tensor.Float32, Shape: []int{-1, 8, 8, 1}, KnownRank: true},
			[]string{"logits", "probs"}, 6},
		{"tf1_variables", []string{"serving_default"},
			TensorInfo{Key: "x", Name: "input:0", DType: tensor.Float32, Shape: []int{-1, 5}, KnownRank: true},
			[]string{"logits", "probs"}, 4},
		{"tf1_frozen", []string{"serving_default"},
			TensorInfo{Key: "x", Name: "input:0", DType: tensor.Float32, Shape: []int{-1, 5}, KnownRank: true},
			[]string{"logits", "probs"}, 0},
		{"tabular_multi", []string{"serving_default"},
			TensorInfo{Key: "city", Name: "serving_default_city:0", DType: tensor.String, Shape: []int{-1}, KnownRank: true},
			[]string{"logits", "probs", "score"}, 6},
		{"paper_m3", []string{"serve2d", "serving_default"},
			TensorInfo{Key: "x", Name: "serving_default_x:0", DType: tensor.Float32, Shape: []int{-1, 2}, KnownRank: true},
			[]string{"y"}, 0},
	} {
		t.Run(c.model, func(t *testing.T) {
			dir := filepath.Join("testdata", c.model)
			m, err := Read(dir, Options{})
			require.NoError(t, err)
			require.Equal(t, dir, m.Dir())
			require.Equal(t, []string{"serve"}, m.Tags())
			require.Equal(t, "2.18.1", m.TensorFlowVersion())
			require.NotEmpty(t, m.GraphDef().GetNode())
			var names []string
			for _, s := range m.Signatures() {
				names = append(names, s.Name)
			}
			require.Equal(t, c.signatures, names)

			s, err := m.Signature("")
			require.NoError(t, err)
			require.Equal(t, "tensorflow/serving/predict", s.Method)
			in, err := s.Input(c.input.Key)
			require.NoError(t, err)
			c.input.tensors = in.tensors
			require.Equal(t, c.input, in)
			byName, err := s.Input(c.input.Name)
			require.NoError(t, err)
			require.Equal(t, in, byName)
			var outputs []string
			for _, o := range s.Outputs {
				outputs = append(outputs, o.Key)
			}
			require.Equal(t, c.outputs, outputs)

			variables, known := m.restoredVariables()
			require.True(t, known)
			require.Len(t, variables, c.variables)
			require.NoError(t, m.checkVariables())
			require.NoError(t, m.checkAssets())
		})
	}
}

func TestReadFolder(t *testing.T) {
	t.Run("missing", func(t *testing.T) {
		_, err := Read(filepath.Join(t.TempDir(), "nowhere"), Options{})
		var e *FolderError
		require.ErrorAs(t, err, &e)
		require.ErrorIs(t, err, fs.ErrNotExist)
		require.ErrorContains(t, err, "there is no folder")
	})
	t.Run("file instead of folder", func(t *testing.T) {
		_, err := Read(filepath.Join("testdata", "tf1_frozen", modelFile), Options{})
		var e *FolderError
		require.ErrorAs(t, err, &e)
		require.ErrorContains(t, err, "is a file; give its folder")
	})
	for _, c := range []struct {
		name, file, says string
		found            []string
	}{
		{"empty", "", "has no saved_model.pb; give the folder of a SavedModel", nil},
		{"text form", "saved_model.pbtxt", "the text form is not supported", []string{"saved_model.pbtxt"}},
		{"chunked form", "saved_model.cpb", "the chunked form", []string{"saved_model.cpb"}},
		{"keras file", "model.keras", "but model.keras, which is another form", []string{"model.keras"}},
		{"served versions", "1/saved_model.pb", "but there is 1/saved_model.pb: give that folder", []string{"1/saved_model.pb"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			if c.file != "" {
				path := filepath.Join(dir, c.file)
				require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
				require.NoError(t, os.WriteFile(path, []byte("x"), 0o600))
			}
			_, err := Read(dir, Options{})
			var e *NoModelError
			require.ErrorAs(t, err, &e)
			require.Equal(t, &NoModelError{Dir: dir, Found: c.found}, e)
			require.ErrorContains(t, err, c.says)
		})
	}
}

func TestReadFile(t *testing.T) {
	t.Run("folder", func(t *testing.T) {
		dir := t.TempDir()
		require.NoError(t, os.Mkdir(filepath.Join(dir, modelFile), 0o700))
		_, err := Read(dir, Options{})
		var e *FileError
		require.ErrorAs(t, err, &e)
		require.ErrorContains(t, err, "not a regular file")
	})
	t.Run("pipe", func(t *testing.T) { // opening one would wait for a writer
		dir := t.TempDir()
		require.NoError(t, syscall.Mkfifo(filepath.Join(dir, modelFile), 0o600))
		_, err := Read(dir, Options{})
		var e *FileError
		require.ErrorAs(t, err, &e)
	})
	t.Run("larger than 2 GiB", func(t *testing.T) { // sparse, takes no disk
		dir := t.TempDir()
		path := filepath.Join(dir, modelFile)
		require.NoError(t, os.WriteFile(path, nil, 0o600))
		require.NoError(t, os.Truncate(path, 2<<30))
		_, err := Read(dir, Options{})
		require.Equal(t, &TooLargeError{File: path, What: "bytes", Given: 2 << 30, Limit: 2<<30 - 1}, err)
	})
	for _, c := range []struct {
		name, says string
		data       []byte
	}{
		{"empty", "the file is empty", []byte{}},
		{"nothing known", "there is no graph in these 2 bytes", []byte{0x50, 1}},
		{"text", "damaged or no SavedModel", []byte("saved_model_schema_version: 1\nmeta_graphs {\n")},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, os.WriteFile(filepath.Join(dir, modelFile), c.data, 0o600))
			_, err := Read(dir, Options{})
			var e *CorruptError
			require.ErrorAs(t, err, &e)
			require.ErrorContains(t, err, c.says)
		})
	}
}

// A file that was cut off anywhere is an error, found at its place.
func TestReadTruncated(t *testing.T) {
	for name, step := range map[string]int{"tf1_frozen": 1, "paper_m3": 7, "digits_cnn_k2": 997} {
		data := modelBytes(t, name)
		for n := 1; n < len(data); n += step {
			_, err := readBytes(name, data[:n], Options{})
			var e *CorruptError
			require.ErrorAs(t, err, &e, "%s, first %d bytes", name, n)
			require.LessOrEqual(t, e.Offset, int64(n))
		}
	}
}

// A changed byte gives an error of a known type, or another valid model.
func TestReadFlipped(t *testing.T) {
	data := modelBytes(t, "paper_m3")
	failed := 0
	for i := 0; i < len(data); i += 37 {
		old := data[i]
		for _, mask := range []byte{0x01, 0x80, 0xff} {
			data[i] = old ^ mask
			if _, err := readBytes("m", data, Options{}); err != nil {
				require.True(t, knownReadError(err), "byte %d: %T %v", i, err, err)
				failed++
			}
		}
		data[i] = old
	}
	require.NotZero(t, failed)
}

func TestReadOffset(t *testing.T) {
	data := append([]byte{0x08, 0x01, 0x12, 0x04}, 0x12, 0x02, 0x0a, 0xff) // a node's length is missing its end
	_, err := readBytes("m", data, Options{})
	require.Equal(t, &CorruptError{File: "m/saved_model.pb", Offset: 7, Message: "GraphDef", Reason: "unexpected EOF"}, err)

	data = append([]byte{0x12, 0x06}, 0x12, 0x04, 0x0a, 0x02, 0x0a, 0x01) // name of one byte, none there
	_, err = readBytes("m", data, Options{})
	require.Equal(t, &CorruptError{File: "m/saved_model.pb", Offset: 7, Message: "NodeDef", Reason: "unexpected EOF"}, err)

	data = append([]byte{0x12, 0x07}, 0x12, 0x05, 0x0a, 0x03, 0x0a, 0x01, 0xff)
	_, err = readBytes("m", data, Options{})
	require.Equal(t, &CorruptError{File: "m/saved_model.pb", Offset: 8, Message: "NodeDef", Reason: "the text of field name is not UTF-8"}, err)
}

// TensorFlow 2.18.1 and 2.21.0 parse 31 functions inside each other and refuse
// 32.
func TestReadNesting(t *testing.T) {
	nested := func(depth int) string {
		return changed(t, "tf1_frozen", func(m *tfproto.MetaGraphDef) {
			a := &tfproto.AttrValue{Value: &tfproto.AttrValue_I{I: 1}}
			for range depth {
				a = &tfproto.AttrValue{Value: &tfproto.AttrValue_Func{Func: &tfproto.NameAttrList{
					Attr: map[string]*tfproto.AttrValue{"a": a}}}}
			}
			addNode(m, "deep", "NoOp", map[string]*tfproto.AttrValue{"_a": a})
		})
	}
	_, err := Read(nested(31), Options{})
	require.NoError(t, err)
	for _, depth := range []int{32, 100, 3000} {
		_, err = Read(nested(depth), Options{})
		var e *CorruptError
		require.ErrorAs(t, err, &e)
		require.ErrorContains(t, err, "messages are nested more than 100 deep")
	}
}

// Many empty messages in a small file would take much memory.
func TestReadManyMessages(t *testing.T) {
	dir := changed(t, "tf1_frozen", func(m *tfproto.MetaGraphDef) {
		for range 7000 {
			m.GraphDef.Node = append(m.GraphDef.Node, &tfproto.NodeDef{})
		}
	})
	_, err := Read(dir, Options{Limits: Limits{MaxGraphNodes: 100}})
	require.Equal(t, &TooLargeError{File: filepath.Join(dir, modelFile), What: "messages", Given: 6401, Limit: 6400}, err)
}

func TestReadTags(t *testing.T) {
	dir := copyModel(t, "tf1_frozen")
	var m tfproto.SavedModel
	require.NoError(t, proto.Unmarshal(modelBytes(t, "tf1_frozen"), &m))
	for _, tags := range [][]string{{"train", "serve"}, {}} {
		g := proto.CloneOf(m.MetaGraphs[0])
		g.MetaInfoDef.Tags = tags
		m.MetaGraphs = append(m.MetaGraphs, g)
	}
	writeModel(t, dir, &m)

	for _, tags := range [][]string{nil, {"serve"}, {"serve", "train"}, {"train", "serve"}, {}} {
		got, err := Read(dir, Options{Tags: tags})
		require.NoError(t, err, "%v", tags)
		if tags == nil {
			tags = []string{"serve"}
		}
		require.ElementsMatch(t, tags, got.Tags())
	}
	_, err := Read(dir, Options{Tags: []string{"gpu", "serve"}})
	require.Equal(t, &TagError{Dir: dir, Given: []string{"gpu", "serve"},
		Available: [][]string{{"serve"}, {"serve", "train"}, nil}}, err)
	require.ErrorContains(t, err, `no graph with the tags {"gpu", "serve"}; it has {"serve"}, {"serve", "train"}, {}: choose one with Options.Tags`)
}

func TestGraphContradicts(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*tfproto.MetaGraphDef)
		says   string
	}{
		{"node without name", func(m *tfproto.MetaGraphDef) { addNode(m, "", "NoOp", nil) }, "node NoOp: a node of this op has no name"},
		{"node twice", func(m *tfproto.MetaGraphDef) { addNode(m, "probs", "NoOp", nil) }, "node probs: two nodes have this name"},
		{"function twice", func(m *tfproto.MetaGraphDef) { addFunction(m, "f"); addFunction(m, "f") }, "function f: two functions have this name"},
		{"function without name", func(m *tfproto.MetaGraphDef) { addFunction(m, "") }, "the graph: a function has no name"},
		{"signature of no node", func(m *tfproto.MetaGraphDef) { addOutput(m, "nowhere") },
			`signature "serving_default", output "added": it names the node "nowhere", which the graph does not have`},
		{"signature of no name", func(m *tfproto.MetaGraphDef) { addOutput(m, "^probs") },
			`signature "serving_default", output "added": "^probs:0" is no tensor's name`},
		{"signature of nothing", func(m *tfproto.MetaGraphDef) {
			m.SignatureDef["serving_default"].Inputs["x"] = &tfproto.TensorInfo{}
		}, `signature "serving_default", input "x": it names no tensor`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Read(changed(t, "tf1_frozen", c.change), Options{})
			var e *GraphError
			require.ErrorAs(t, err, &e)
			require.ErrorContains(t, err, c.says)
		})
	}
}
