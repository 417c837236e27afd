package savedmodel

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
)

func TestRecursion(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*tfproto.MetaGraphDef)
		cycle  []string
	}{
		{"itself, called by nobody", func(m *tfproto.MetaGraphDef) { addFunction(m, "f", "f") }, []string{"f", "f"}},
		{"each other", func(m *tfproto.MetaGraphDef) {
			addFunction(m, "a", "b")
			addFunction(m, "b", "c")
			addFunction(m, "c", "b")
			addCall(m, "call", "a")
		}, []string{"b", "c", "b"}},
		{"by its name as op", func(m *tfproto.MetaGraphDef) {
			f := addFunction(m, "f")
			f.NodeDef = append(f.NodeDef, &tfproto.NodeDef{Name: "again", Op: "f", Input: []string{"x"}})
		}, []string{"f", "f"}},
		{"branch of a Case", func(m *tfproto.MetaGraphDef) {
			f := addFunction(m, "f")
			f.NodeDef = append(f.NodeDef, &tfproto.NodeDef{Name: "case", Op: "Case", Attr: map[string]*tfproto.AttrValue{
				"branches": {Value: &tfproto.AttrValue_List{List: &tfproto.AttrValue_ListValue{
					Func: []*tfproto.NameAttrList{{Name: "g"}, {Name: "f"}}}}}}})
			addFunction(m, "g")
		}, []string{"f", "f"}},
		{"body of a While", func(m *tfproto.MetaGraphDef) {
			f := addFunction(m, "f")
			f.NodeDef = append(f.NodeDef, &tfproto.NodeDef{Name: "while", Op: "While", Attr: map[string]*tfproto.AttrValue{
				"cond": funcAttr("g"), "body": funcAttr("f")}})
			addFunction(m, "g")
		}, []string{"f", "f"}},
		{"argument of a function", func(m *tfproto.MetaGraphDef) {
			f := addFunction(m, "f", "g")
			f.NodeDef[0].Attr["f"].GetFunc().Attr = map[string]*tfproto.AttrValue{"inner": funcAttr("f")}
			addFunction(m, "g")
		}, []string{"f", "f"}},
		{"its gradient", func(m *tfproto.MetaGraphDef) {
			g := addFunction(m, "gradient")
			g.NodeDef = append(g.NodeDef, &tfproto.NodeDef{Name: "s", Op: "SymbolicGradient", Attr: callAttrs("f")})
			addFunction(m, "f")
			m.GraphDef.Library.Gradient = append(m.GraphDef.Library.Gradient,
				&tfproto.GradientDef{FunctionName: "f", GradientFunc: "gradient"})
		}, []string{"gradient", "gradient"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Read(changed(t, "paper_m3", c.change), Options{})
			require.Equal(t, &RecursionError{Cycle: c.cycle}, err)
		})
	}
}

// chain adds functions f0 ... that each call the next one so many times.
func chain(m *tfproto.MetaGraphDef, length, times int) {
	for i := range length {
		var calls []string
		for range times {
			if i < length-1 {
				calls = append(calls, fmt.Sprintf("f%d", i+1))
			}
		}
		addFunction(m, fmt.Sprintf("f%d", i), calls...)
	}
}

func TestExpansion(t *testing.T) {
	read := func(length int, reached bool, l Limits) error {
		_, err := Read(changed(t, "paper_m3", func(m *tfproto.MetaGraphDef) {
			chain(m, length, 2)
			addCall(m, "call", "f0")
			if reached {
				addOutput(m, "call")
			}
		}), Options{Limits: l})
		return err
	}
	// Function k from the end has 2 calls and twice the nodes of the next:
	// 2^(k+1)-2; the last has none. The call itself is a node too.
	require.NoError(t, read(19, false, Limits{}))
	require.Equal(t, &ExpansionError{Root: "node call", Nodes: 1<<20 - 1, Limit: 1_000_000, Function: "f0", FunctionNodes: 1<<20 - 1},
		read(20, false, Limits{}))
	require.NoError(t, read(20, true, Limits{MaxGraphNodes: 1 << 21}))
	var e *ExpansionError
	require.ErrorAs(t, read(20, true, Limits{MaxGraphNodes: 1<<20 - 1}), &e)
	require.Equal(t, `signature "serving_default"`, e.Root)
	require.Greater(t, e.Nodes, 1<<20-1) // the call, its constant, the rest of the signature
	require.ErrorAs(t, read(150, false, Limits{}), &e)
	require.Equal(t, math.MaxInt, e.Nodes)
	require.ErrorContains(t, e, "more than 10^18 nodes")
}

func TestDepth(t *testing.T) {
	read := func(length int, reverse bool, l Limits) error {
		_, err := Read(changed(t, "paper_m3", func(m *tfproto.MetaGraphDef) {
			chain(m, length, 1)
			if f := m.GraphDef.Library.Function; reverse { // the innermost is looked at first
				for i, j := 0, len(f)-1; i < j; i, j = i+1, j-1 {
					f[i], f[j] = f[j], f[i]
				}
			}
		}), Options{Limits: l})
		return err
	}
	for _, reverse := range []bool{false, true} {
		require.NoError(t, read(200, reverse, Limits{}))
		require.NoError(t, read(201, reverse, Limits{MaxFunctionDepth: 201}))
		for _, length := range []int{201, 1000} {
			var e *DepthError
			require.ErrorAs(t, read(length, reverse, Limits{}), &e)
			require.Equal(t, 200, e.Limit)
			require.Len(t, e.Chain, 201)
			require.ErrorContains(t, e, "more than 200 deep")
		}
	}
}

func TestMissingFunction(t *testing.T) {
	_, err := Read(changed(t, "paper_m3", func(m *tfproto.MetaGraphDef) {
		addFunction(m, "f", "nowhere", "nor here")
		addCall(m, "call", "f")
		addOutput(m, "call")
	}), Options{})
	require.Equal(t, &MissingFunctionError{Root: `signature "serving_default"`, Missing: []MissingFunction{
		{Name: "nowhere", Node: "call0", Op: "PartitionedCall", Function: "f"},
		{Name: "nor here", Node: "call1", Op: "PartitionedCall", Function: "f"},
	}}, err)

	// TensorFlow loads a model with a function that nothing calls.
	_, err = Read(changed(t, "paper_m3", func(m *tfproto.MetaGraphDef) { addFunction(m, "f", "nowhere") }), Options{})
	require.NoError(t, err)
}
