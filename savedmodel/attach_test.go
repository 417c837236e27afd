package savedmodel

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
)

type noOwner struct{}

func (noOwner) Hold() error { return nil }
func (noOwner) Release()    {}

// What is wrong before the graph or session is touched. The adapters test what
// comes after it.
func TestAttachRefuses(t *testing.T) {
	memory := new(int64)
	p := unsafe.Pointer(memory)
	whole := Borrowed{Graph: p, Session: p, Owner: noOwner{}}
	for name, c := range map[string]struct {
		dir    string
		b      Borrowed
		o      Options
		target any
		says   string
	}{
		"nothing":       {"testdata/tabular_multi", Borrowed{}, Options{}, new(*BorrowError), "needs a graph, a session and an owner"},
		"no session":    {"testdata/tabular_multi", Borrowed{Graph: p, Owner: noOwner{}}, Options{}, new(*BorrowError), "needs"},
		"no owner":      {"testdata/tabular_multi", Borrowed{Graph: p, Session: p}, Options{}, new(*BorrowError), "needs"},
		"no folder":     {"testdata/missing", whole, Options{}, new(*FolderError), "no folder"},
		"other tags":    {"testdata/tabular_multi", whole, Options{Tags: []string{"train"}}, new(*TagError), "train"},
		"empty tag":     {"testdata/tabular_multi", whole, Options{Tags: []string{""}}, new(*OptionError), "Tags[0]"},
		"library":       {"testdata/tabular_multi", whole, Options{Library: "x.so"}, new(*OptionError), `Library is "x.so"; it takes nothing`},
		"intra threads": {"testdata/tabular_multi", whole, Options{Session: SessionOptions{IntraOpThreads: 1}}, new(*OptionError), "IntraOpThreads is 1"},
		"inter threads": {"testdata/tabular_multi", whole, Options{Session: SessionOptions{InterOpThreads: 1}}, new(*OptionError), "InterOpThreads is 1"},
		"GPU fraction":  {"testdata/tabular_multi", whole, Options{Session: SessionOptions{GPUMemoryFraction: .5}}, new(*OptionError), "GPUMemoryFraction is 0.5"},
		"GPU growth":    {"testdata/tabular_multi", whole, Options{Session: SessionOptions{GPUMemoryGrowth: true}}, new(*OptionError), "GPUMemoryGrowth is true"},
		"no optimizer":  {"testdata/tabular_multi", whole, Options{Session: SessionOptions{DisableOptimizer: true}}, new(*OptionError), "DisableOptimizer is true"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Attach(c.dir, c.b, c.o)
			require.ErrorAs(t, err, c.target)
			require.ErrorContains(t, err, c.says)
		})
	}
}

func TestFirstMissing(t *testing.T) {
	def := func(change func(*tfproto.GraphDef)) *tfproto.GraphDef {
		var m tfproto.SavedModel
		require.NoError(t, proto.Unmarshal(modelBytes(t, "tabular_multi"), &m))
		g := m.MetaGraphs[0].GraphDef
		change(g)
		return g
	}
	file := def(func(*tfproto.GraphDef) {})
	last := file.Node[len(file.Node)-1].Name
	f := file.Library.Function[0].Signature.Name
	for name, c := range map[string]struct {
		loaded  *tfproto.GraphDef
		missing string
	}{
		"the same":       {def(func(*tfproto.GraphDef) {}), ""},
		"more":           {def(func(g *tfproto.GraphDef) { g.Node = append(g.Node, &tfproto.NodeDef{Name: "new", Op: "NoOp"}) }), ""},
		"a node less":    {def(func(g *tfproto.GraphDef) { g.Node = g.Node[:len(g.Node)-1] }), last},
		"another op":     {def(func(g *tfproto.GraphDef) { g.Node[len(g.Node)-1].Op = "Other" }), last},
		"function less":  {def(func(g *tfproto.GraphDef) { g.Library.Function = g.Library.Function[1:] }), f},
		"no functions":   {def(func(g *tfproto.GraphDef) { g.Library = nil }), f},
		"another's name": {def(func(g *tfproto.GraphDef) { g.Library.Function[0].Signature.Name = "other" }), f},
	} {
		require.Equal(t, c.missing, firstMissing(file, c.loaded), name)
	}
}
