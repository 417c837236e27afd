package graphops_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/internal/tfproto"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// What can never have a rule is named, and the help is a way that works.
func TestRefusalsSayWhatHelps(t *testing.T) {
	shapes := func(m map[string]*tfproto.AttrValue) {
		m["Sout"] = &tfproto.AttrValue{Value: &tfproto.AttrValue_List{List: &tfproto.AttrValue_ListValue{Shape: []*tfproto.TensorShapeProto{{UnknownRank: true}}}}}
		m["version"] = &tfproto.AttrValue{Value: &tfproto.AttrValue_I{I: 9}}
		m["module"] = &tfproto.AttrValue{Value: &tfproto.AttrValue_S{}}
	}
	for _, c := range []struct {
		name, op, reason string
		nodes            []*tfproto.NodeDef
	}{
		{"compiled", "XlaCallModule", "StableHLO", []*tfproto.NodeDef{
			node("y = XlaCallModule(x)", types("Tin", tensor.Float32), types("Tout", tensor.Float32), shapes)}},
		{"cudnn", "CudnnRNN", "cuDNN", []*tfproto.NodeDef{node("y = CudnnRNN(x, x, x, x)", f32)}},
		{"frame", "Exit", "TensorFlow 1", []*tfproto.NodeDef{node("y = Exit(x)", f32)}},
		{"python", "PyFunc", "Python", []*tfproto.NodeDef{node("y = PyFunc(x)", types("Tin", tensor.Float32), types("Tout", tensor.Float32))}},
		{"unknown", "Betainc", "no rule", []*tfproto.NodeDef{node("y = Betainc(x, x, x)", f32)}},
	} {
		copied, err := graphops.Inline(graph(append([]*tfproto.NodeDef{x()}, c.nodes...)), ops(t), []graphops.Feed{{Tensor: "x", Name: "x"}}, []string{"y"})
		require.NoError(t, err, c.name)
		err = graphops.NewWalk(copied.Graph, copied.Fetches[0], copied.Feeds, graphops.Registry{}).Check(graphops.Gradient{})
		var refused *graphops.UnsupportedOpError
		require.ErrorAs(t, err, &refused, c.name)
		require.Equal(t, c.op, refused.Ops[0].Op)
		require.Equal(t, "y", refused.Ops[0].Node)
		require.Contains(t, refused.Ops[0].Reason, c.reason)
		require.Contains(t, refused.Ops[0].Help, "occlusion, Shapley sampling")
	}
}
