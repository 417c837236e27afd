package savedmodel

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
	"github.com/tfexplain/tfexplain-go/tensor"
)

var update = flag.Bool("update", false, "rewrite the table of docs/security.md")

// attack is a model made to do harm: a change to a harmless one. What would be
// written or read is in no case more than a file of the test's own folder.
type attack struct {
	name   string
	model  string // tabular_multi has an asset, a table and an init op
	change func(*tfproto.MetaGraphDef)
	folder func(t *testing.T, dir string) // what is done to the folder
	trust  bool                           // refused even when trusted
	limits Limits
}

func attacks() []attack {
	return []attack{
		{name: "the init op writes a file", model: "paper_m3", change: func(m *tfproto.MetaGraphDef) {
			addText(m, "name", "out")
			addNode(m, "write", "WriteFile", nil).Input = []string{"name", "name"}
			setInit(m, "write")
		}},
		{name: "the init op waits for one that writes a file", model: "tabular_multi", change: func(m *tfproto.MetaGraphDef) {
			addText(m, "name", "out")
			addNode(m, "write", "WriteFile", nil).Input = []string{"name", "name"}
			find(m, "NoOp").Input = append(find(m, "NoOp").Input, "^write")
		}},
		{name: "the init op never ends", model: "paper_m3", change: func(m *tfproto.MetaGraphDef) {
			addFunction(m, "on")
			n := addCall(m, "loop", "on")
			n.Op, n.Attr["cond"], n.Attr["body"] = "While", funcAttr("on"), funcAttr("on")
			setInit(m, "loop")
		}},
		{name: "the restore op writes a checkpoint", model: "tf1_variables", change: func(m *tfproto.MetaGraphDef) {
			find(m, "save/restore_all").Input = append(find(m, "save/restore_all").Input, "^save/SaveV2")
		}},
		{name: "weights are read from elsewhere", model: "tf1_variables", change: func(m *tfproto.MetaGraphDef) {
			addText(m, "elsewhere", "/etc/model")
			find(m, "save/RestoreV2").Input[0] = "elsewhere"
		}},
		{name: "a table is filled from any file", model: "tabular_multi", change: func(m *tfproto.MetaGraphDef) {
			addText(m, "elsewhere", "/etc/hostname")
			find(m, "StatefulPartitionedCall_1").Input[0] = "elsewhere"
		}},
		{name: "a table is filled from any file, named by a variable that held an asset's name", model: "tabular_multi", change: func(m *tfproto.MetaGraphDef) {
			addText(m, "elsewhere", "/etc/hostname")
			n := addNode(m, "again", "AssignVariableOp", find(m, "Variable/Assign").Attr)
			n.Input = []string{"Variable", "elsewhere"}
			find(m, "NoOp").Input = append(find(m, "NoOp").Input, "^again")
		}},
		{name: "a table is filled from any file, named in the weights", model: "tabular_multi", change: func(m *tfproto.MetaGraphDef) {
			n := addNode(m, "alias", "VarHandleOp", find(m, "Variable").Attr)
			restore := find(m, "StatefulPartitionedCall_3")
			restore.Input[1] = n.Name
			for _, f := range m.GraphDef.Library.Function {
				if strings.Contains(f.Signature.Name, "traced_restore") {
					for _, n := range f.NodeDef {
						if n.Name == "AssignVariableOp" {
							n.Attr["dtype"] = typeAttr(tensor.String)
						}
					}
				}
			}
		}},
		{name: "a signature reads a file", model: "paper_m3", change: func(m *tfproto.MetaGraphDef) {
			addText(m, "name", "/etc/hostname")
			addNode(m, "read", "ReadFile", nil).Input = []string{"name"}
			addOutput(m, "read")
		}},
		{name: "a function's function writes a file", model: "paper_m3", change: func(m *tfproto.MetaGraphDef) {
			addFunction(m, "outer", "inner")
			writing(addFunction(m, "inner"))
			addCall(m, "call", "outer")
			addOutput(m, "call")
		}},
		{name: "a branch that is rarely taken writes a file", model: "paper_m3", change: func(m *tfproto.MetaGraphDef) {
			addFunction(m, "fine")
			writing(addFunction(m, "bad"))
			n := addCall(m, "call", "fine")
			n.Op, n.Attr["then_branch"], n.Attr["else_branch"] = "If", funcAttr("bad"), funcAttr("fine")
			addOutput(m, "call")
		}},
		{name: "an alternative implementation, which TensorFlow's optimizer may choose, writes a file", model: "paper_m3", change: func(m *tfproto.MetaGraphDef) {
			same := map[string]*tfproto.AttrValue{implements: {Value: &tfproto.AttrValue_S{S: []byte("lstm")}}}
			addFunction(m, "fine").Attr = same
			writing(addFunction(m, "bad")).Attr = same
			addCall(m, "call", "fine")
			addOutput(m, "call")
		}},
		{name: "a gradient of the model's own, which an explanation would run, writes a file", model: "paper_m3", change: func(m *tfproto.MetaGraphDef) {
			writing(addFunction(m, "gradient"))
			m.GraphDef.Library.RegisteredGradients = []*tfproto.RegisteredGradient{{GradientFunc: "gradient", RegisteredOpType: "own"}}
			addText(m, "text", "x")
			n := addNode(m, "same", "Identity", map[string]*tfproto.AttrValue{"T": typeAttr(tensor.String), gradientType: {Value: &tfproto.AttrValue_S{S: []byte("own")}}})
			n.Input = []string{"text"}
			addOutput(m, "same")
		}},
		{name: "a node that nothing needs, which TensorFlow evaluates while importing, reads a file", model: "paper_m3", change: func(m *tfproto.MetaGraphDef) {
			addText(m, "name", "/etc/hostname")
			addNode(m, "read", "ReadFile", nil).Input = []string{"name"}
		}},
		{name: "a debugger's node that nothing needs writes a file", model: "paper_m3", change: func(m *tfproto.MetaGraphDef) {
			addText(m, "name", "x")
			n := addNode(m, "debug", "DebugIdentity", map[string]*tfproto.AttrValue{"T": typeAttr(tensor.String),
				"debug_urls": {Value: &tfproto.AttrValue_List{List: &tfproto.AttrValue_ListValue{S: [][]byte{[]byte("file://out")}}}}})
			n.Input = []string{"name"}
		}},
		{name: "a signature prints to a file", model: "paper_m3", change: output("PrintV2")},
		{name: "a signature calls Python", model: "paper_m3", change: output("EagerPyFunc")},
		{name: "a signature calls native code by its name", model: "paper_m3", change: output("XlaCustomCallV2")},
		{name: "a signature calls another process", model: "paper_m3", change: output("RpcCall")},
		{name: "a signature reads records", model: "paper_m3", change: output("TFRecordDatasetV2")},
		{name: "a signature restores weights from a name that it is given", model: "paper_m3", change: output("RestoreV2")},
		{name: "a signature waits for ever", model: "paper_m3", change: output("QueueDequeueV2")},
		{name: "a signature ends the process", model: "paper_m3", change: output("Abort")},
		{name: "an op that TensorFlow does not have", model: "paper_m3", change: output("MyOwnOp"), trust: true},

		{name: "an asset's name leads out of the folder", model: "tabular_multi", trust: true, change: func(m *tfproto.MetaGraphDef) {
			m.AssetFileDef[0].Filename = "../../secret"
		}},
		{name: "an asset of TensorFlow 1 leads out of the folder", model: "tabular_multi", trust: true, change: func(m *tfproto.MetaGraphDef) {
			m.AssetFileDef[0].Filename = "../../secret"
			inCollection(m)
		}},
		{name: "an asset is a link out of the folder", model: "tabular_multi", folder: link("assets/vocabulary.txt", "/etc/hostname")},
		{name: "weights are a link out of the folder", model: "tf1_variables", folder: link("variables/variables.data-00000-of-00001", "/etc/hostname")},
		{name: "the folder of weights is a link out of the folder", model: "tf1_variables", folder: func(t *testing.T, dir string) {
			away := filepath.Join(t.TempDir(), "away")
			require.NoError(t, os.Rename(filepath.Join(dir, "variables"), away))
			require.NoError(t, os.Symlink(away, filepath.Join(dir, "variables")))
		}},
		{name: "a file beside the graph is an endless device", model: "paper_m3", folder: func(t *testing.T, dir string) {
			require.NoError(t, os.Mkdir(filepath.Join(dir, "debug"), 0o700))
			link("debug/saved_model_debug_info.pb", "/dev/zero")(t, dir)
		}},
		{name: "a file beside the graph is a pipe that nobody writes to", model: "paper_m3", folder: func(t *testing.T, dir string) {
			_ = os.Remove(filepath.Join(dir, "fingerprint.pb"))
			require.NoError(t, syscall.Mkfifo(filepath.Join(dir, "fingerprint.pb"), 0o600))
		}},
		{name: "a graph hidden behind the same tag, named twice", model: "paper_m3", folder: func(t *testing.T, dir string) {
			m := readModel(t, dir)
			bad := proto.CloneOf(m.MetaGraphs[0])
			bad.MetaInfoDef.Tags = []string{"serve", "serve"}
			output("ReadFile")(bad)
			m.MetaGraphs = append([]*tfproto.MetaGraphDef{bad}, m.MetaGraphs...)
			writeModel(t, dir, m)
		}},

		{name: "a constant claims a terabyte", model: "paper_m3", trust: true, change: constant(tensor.Float32, 1<<38)},
		{name: "a constant's number of elements overflows", model: "paper_m3", trust: true, change: constant(tensor.Float32, 1<<62, 4)},
		{name: "many constants claim 4 GiB together", model: "paper_m3", trust: true, change: func(m *tfproto.MetaGraphDef) {
			for i := range 4 {
				addNode(m, fmt.Sprint("c", i), "Const", constAttrs(&tfproto.TensorProto{Dtype: 1, TensorShape: shapeOf(1 << 28)}))
			}
		}},
		{name: "a constant has 300 axes", model: "paper_m3", trust: true, change: constant(tensor.Float32, make([]int64, 300)...)},
		{name: "a signature's shape overflows", model: "paper_m3", trust: true, change: func(m *tfproto.MetaGraphDef) {
			m.SignatureDef["serving_default"].Inputs["x"].TensorShape = shapeOf(1<<40, 1<<40)
		}},
		{name: "a node claims 2^40 inputs", model: "paper_m3", trust: true, change: func(m *tfproto.MetaGraphDef) {
			addNode(m, "sum", "AddN", map[string]*tfproto.AttrValue{"T": typeAttr(tensor.Float32), "N": {Value: &tfproto.AttrValue_I{I: 1 << 40}}})
		}},
		{name: "a call has fewer outputs than its function, which aborts TensorFlow", model: "tabular_multi", trust: true, change: func(m *tfproto.MetaGraphDef) {
			find(m, "StatefulPartitionedCall_3").Attr["Tout"] = &tfproto.AttrValue{}
		}},
		{name: "a table of 2^40 words, for which TensorFlow takes memory", model: "tabular_multi", trust: true, change: table("vocab_size", 1<<40)},
		{name: "a table from column 2^31, which crashes TensorFlow", model: "tabular_multi", trust: true, change: table("key_index", 1<<31)},
		{name: "2,000 signatures, each of which has to be looked at", model: "paper_m3", trust: true, change: func(m *tfproto.MetaGraphDef) {
			for i := range 2000 {
				m.SignatureDef[fmt.Sprint("s", i)] = m.SignatureDef["serving_default"]
			}
		}},
		{name: "a function calls itself", model: "paper_m3", trust: true, change: func(m *tfproto.MetaGraphDef) { addFunction(m, "f", "f") }},
		{name: "functions call each other 10,000 deep", model: "paper_m3", trust: true, change: func(m *tfproto.MetaGraphDef) { chain(m, 10_000, 1) }},
		{name: "function calls expand to 2^100 nodes", model: "paper_m3", trust: true, change: func(m *tfproto.MetaGraphDef) {
			chain(m, 100, 2)
			addCall(m, "call", "f0")
		}},
		{name: "messages are nested 3,000 deep", model: "paper_m3", trust: true, change: func(m *tfproto.MetaGraphDef) {
			a := &tfproto.AttrValue{Value: &tfproto.AttrValue_I{I: 1}}
			for range 3000 {
				a = &tfproto.AttrValue{Value: &tfproto.AttrValue_Func{Func: &tfproto.NameAttrList{Attr: map[string]*tfproto.AttrValue{"a": a}}}}
			}
			addNode(m, "deep", "NoOp", map[string]*tfproto.AttrValue{"_a": a})
		}},
		{name: "a small file of a million empty messages", model: "paper_m3", trust: true, limits: Limits{MaxGraphNodes: 10_000}, folder: func(t *testing.T, dir string) {
			nodes := []byte(strings.Repeat("\x0a\x00", 1_000_000)) // field 1 of a graph: a node without anything
			graph := append(head(0x12, len(nodes)), nodes...)
			file := append(head(0x12, len(graph)), graph...)
			require.NoError(t, os.WriteFile(filepath.Join(dir, modelFile), file, 0o600))
		}},
		{name: "the file is cut off", model: "paper_m3", trust: true, folder: func(t *testing.T, dir string) {
			require.NoError(t, os.Truncate(filepath.Join(dir, modelFile), 1000))
		}},
	}
}

// Every attack is refused before TensorFlow has loaded anything, and docs/security.md
// says how.
func TestHostileModels(t *testing.T) {
	table := "| attack | refused by | first line of the message |\n|---|---|---|\n"
	for _, a := range attacks() {
		t.Run(a.name, func(t *testing.T) {
			dir := copyModel(t, a.model)
			if a.change != nil {
				m := readModel(t, dir)
				a.change(m.MetaGraphs[0])
				writeModel(t, dir, m)
			}
			if a.folder != nil {
				a.folder(t, dir)
			}
			m, err := Load(dir, Options{Limits: a.limits})
			if err == nil {
				m.Close()
			}
			require.Error(t, err)
			if a.trust {
				_, trusted := Load(dir, Options{TrustModel: true, Limits: a.limits})
				require.Equal(t, err.Error(), trusted.Error())
			}
			first, _, _ := strings.Cut(strings.ReplaceAll(err.Error(), dir, "model"), "\n")
			name := fmt.Sprintf("%T", err)
			table += fmt.Sprintf("| %s | %s | `%s` |\n", a.name, name[strings.LastIndex(name, ".")+1:], libraryPath(first))
		})
	}
	const file, begin, end = "../docs/security.md", "<!-- attacks -->\n", "<!-- end -->\n"
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	before, rest, ok1 := strings.Cut(string(text), begin)
	have, after, ok2 := strings.Cut(rest, end)
	require.True(t, ok1 && ok2, "the marks of the table")
	if *update {
		have = table
		require.NoError(t, os.WriteFile(file, []byte(before+begin+table+end+after), 0o644))
	}
	require.Empty(t, cmp.Diff(have, table), "run make docs")
}

// libraryPath leaves out where the library is, which differs.
func libraryPath(line string) string {
	if before, rest, ok := strings.Cut(line, "TensorFlow "); ok && strings.Contains(rest, " does not know") {
		return before + "TensorFlow ... does not know" + strings.SplitN(rest, " does not know", 2)[1]
	}
	return line
}

func readModel(t *testing.T, dir string) *tfproto.SavedModel {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, modelFile))
	require.NoError(t, err)
	var m tfproto.SavedModel
	require.NoError(t, proto.Unmarshal(data, &m))
	return &m
}

// head begins a field of n bytes.
func head(tag byte, n int) []byte {
	b := []byte{tag}
	for ; n >= 0x80; n >>= 7 {
		b = append(b, byte(n)|0x80)
	}
	return append(b, byte(n))
}

// output adds a node of an op, with neither inputs nor attributes, as an output
// of serving_default.
func output(op string) func(*tfproto.MetaGraphDef) {
	return func(m *tfproto.MetaGraphDef) {
		addNode(m, "bad", op, nil)
		addOutput(m, "bad")
	}
}

// constant adds one without a value.
func constant(d tensor.DType, shape ...int64) func(*tfproto.MetaGraphDef) {
	return func(m *tfproto.MetaGraphDef) {
		addNode(m, "c", "Const", constAttrs(&tfproto.TensorProto{Dtype: int32(d), TensorShape: shapeOf(shape...)}))
	}
}

// table sets an attribute of the node that fills the table of tabular_multi.
func table(attr string, value int64) func(*tfproto.MetaGraphDef) {
	return func(m *tfproto.MetaGraphDef) {
		for _, f := range m.GraphDef.Library.Function {
			for _, n := range f.NodeDef {
				if n.Op == "InitializeTableFromTextFileV2" {
					n.Attr[attr] = &tfproto.AttrValue{Value: &tfproto.AttrValue_I{I: value}}
				}
			}
		}
	}
}

func link(file, to string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		_ = os.Remove(filepath.Join(dir, file))
		require.NoError(t, os.Symlink(to, filepath.Join(dir, file)))
	}
}

func addText(m *tfproto.MetaGraphDef, node, text string) {
	addNode(m, node, "Const", constAttrs(&tfproto.TensorProto{
		Dtype: int32(tensor.String), TensorShape: shapeOf(), StringVal: [][]byte{[]byte(text)}}))
}

// writing adds a node that writes a file to a function.
func writing(f *tfproto.FunctionDef) *tfproto.FunctionDef {
	f.NodeDef = append(f.NodeDef,
		&tfproto.NodeDef{Name: "text", Op: "AsString", Input: []string{"x"}, Attr: map[string]*tfproto.AttrValue{"T": typeAttr(tensor.Float32)}},
		&tfproto.NodeDef{Name: "write", Op: "WriteFile", Input: []string{"text:output:0", "text:output:0"}})
	return f
}

func setInit(m *tfproto.MetaGraphDef, node string) {
	m.SignatureDef[initSignature] = &tfproto.SignatureDef{Outputs: map[string]*tfproto.TensorInfo{
		initSignature: {Encoding: &tfproto.TensorInfo_Name{Name: node}}}}
}

// inCollection moves the assets to where TensorFlow 1 keeps them.
func inCollection(m *tfproto.MetaGraphDef) {
	list := &tfproto.CollectionDef_AnyList{}
	for _, a := range m.AssetFileDef {
		b, _ := proto.Marshal(a)
		list.Value = append(list.Value, &tfproto.CollectionDef_Any{TypeUrl: "type.googleapis.com/tensorflow.AssetFileDef", Value: b})
	}
	m.AssetFileDef = nil
	if m.CollectionDef == nil {
		m.CollectionDef = make(map[string]*tfproto.CollectionDef)
	}
	m.CollectionDef[assetsCollection] = &tfproto.CollectionDef{Kind: &tfproto.CollectionDef_AnyList_{AnyList: list}}
}

func find(m *tfproto.MetaGraphDef, node string) *tfproto.NodeDef {
	for _, n := range m.GraphDef.Node {
		if n.Name == node {
			return n
		}
	}
	return nil
}
