package infer

import (
	"fmt"

	"google.golang.org/protobuf/proto"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/internal/cgo"
	"github.com/tfexplain/tfexplain-go/internal/tfproto"
)

// New returns an Inferrer backed by the library's own shape functions. Errors
// of TensorFlow are *cgo.Error values and name the node at fault.
func New(lib *cgo.Library) graphops.Inferrer {
	return func(def *tfproto.GraphDef) (map[string][][]int, error) {
		raw, err := proto.Marshal(def)
		if err != nil {
			return nil, fmt.Errorf("infer: encode the graph: %w", err)
		}
		g := lib.NewGraph()
		defer g.Close()
		if err := g.Import(raw, cgo.ImportOptions{}); err != nil {
			return nil, err
		}
		all := make(map[string][][]int, len(def.Node))
		for _, n := range def.Node {
			outs, err := g.Outputs(n.Name)
			if err != nil {
				return nil, err
			}
			sizes := make([][]int, len(outs))
			for i, o := range outs {
				if o.KnownRank {
					sizes[i] = append([]int{}, o.Shape...) // not nil for a scalar
				}
			}
			all[n.Name] = sizes
		}
		return all, nil
	}
}

// Ops lists the ops that the library knows, custom ones that were loaded into
// it included.
func Ops(lib *cgo.Library) (graphops.Ops, error) {
	raw, err := lib.OpList()
	if err != nil {
		return nil, err
	}
	list := &tfproto.OpList{}
	if err := proto.Unmarshal(raw, list); err != nil {
		return nil, fmt.Errorf("infer: decode the list of ops: %w", err)
	}
	return graphops.ParseOps(list), nil
}
