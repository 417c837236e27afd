package savedmodel

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
)

// knownReadError says whether an error has one of the types that Read
// documents.
func knownReadError(err error) bool {
	var (
		a *TooLargeError
		b *CorruptError
		c *TagError
		d *GraphError
		e *ConstantError
		f *ShapeError
		g *MissingFunctionError
		h *RecursionError
		i *DepthError
		j *ExpansionError
	)
	return errors.As(err, &a) || errors.As(err, &b) || errors.As(err, &c) || errors.As(err, &d) || errors.As(err, &e) ||
		errors.As(err, &f) || errors.As(err, &g) || errors.As(err, &h) || errors.As(err, &i) || errors.As(err, &j)
}

func FuzzRead(f *testing.F) {
	// Small seeds: the fuzzer changes a byte at a time, and shortens what it finds.
	for _, data := range [][]byte{modelBytes(f, "tf1_frozen"), smallModel(f)} {
		f.Add(data)
		f.Add(data[:len(data)/2])
		flipped := append([]byte(nil), data...)
		flipped[len(flipped)/3] ^= 0xff
		f.Add(flipped)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := readBytes("m", data, Options{Limits: Limits{MaxGraphNodes: 10_000}})
		if err != nil {
			require.True(t, knownReadError(err), "%T %v", err, err)
			require.NotEmpty(t, err.Error())
			return
		}
		// What was read can be used.
		for _, s := range m.Signatures() {
			got, err := m.Signature(s.Name)
			require.NoError(t, err)
			require.Equal(t, s, *got)
			for _, in := range s.Inputs {
				if _, err := s.Input(in.Key); err != nil {
					require.NotEmpty(t, in.Composite)
				}
				require.NotEmpty(t, in.describe())
			}
		}
		m.restoredVariables()
		_ = m.checkUnsafe(nil)
		_ = m.checkAssets()
		unknownOps(m.graph, nil)
		_ = checkCounts(m.graph, nil, Limits{})
		_ = checkCalls(m.graph)
		_ = m.checkTables()
	})
}

// smallModel has what the checks look at: functions, a table filled from an
// asset by way of a variable and a call, weights, a constant.
func smallModel(f *testing.F) []byte {
	f.Helper()
	m := &tfproto.MetaGraphDef{
		MetaInfoDef:  &tfproto.MetaGraphDef_MetaInfoDef{Tags: []string{"serve"}},
		GraphDef:     &tfproto.GraphDef{},
		SaverDef:     &tfproto.SaverDef{FilenameTensorName: "path:0", RestoreOpName: "restore"},
		SignatureDef: map[string]*tfproto.SignatureDef{"serving_default": {Outputs: map[string]*tfproto.TensorInfo{}}},
		AssetFileDef: []*tfproto.AssetFileDef{{Filename: "a", TensorInfo: &tfproto.TensorInfo{Encoding: &tfproto.TensorInfo_Name{Name: "asset:0"}}}},
	}
	addNode(m, "path", "Placeholder", nil)
	addNode(m, "restore", "RestoreV2", nil).Input = []string{"path"}
	addNode(m, "asset", "Placeholder", nil)
	addNode(m, "v", "VarHandleOp", nil)
	addNode(m, "set", "AssignVariableOp", nil).Input = []string{"v", "asset"}
	addNode(m, "get", "ReadVariableOp", nil).Input = []string{"v", "^set"}
	fill := addFunction(m, "fill")
	fill.NodeDef = append(fill.NodeDef, &tfproto.NodeDef{Name: "t", Op: "InitializeTableFromTextFileV2", Input: []string{"h", "x"}})
	addNode(m, "init", "StatefulPartitionedCall", callAttrs("fill")).Input = []string{"get"}
	setInit(m, "init")
	addFunction(m, "g", "h")
	addFunction(m, "h")
	addCall(m, "call", "g")
	addOutput(m, "call")
	data, err := proto.Marshal(&tfproto.SavedModel{MetaGraphs: []*tfproto.MetaGraphDef{m}})
	require.NoError(f, err)
	return data
}
