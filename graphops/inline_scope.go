package graphops

import (
	"fmt"
	"strings"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
)

// scope is one function body being expanded, or the top graph.
type scope struct {
	function string // empty in the top graph
	outer    *scope // where the call stands

	path   string // calls that lead here, joined by "/"
	device string
	defs   map[string]*tfproto.NodeDef
	args   map[string][]Output
	attrs  map[string]*tfproto.AttrValue // values of the body's placeholder attributes
	top    bool
	flow   bool // has TF1 control flow

	nodes map[string]*Node    // copied nodes
	calls map[string][]Output // results of expanded calls, flat
	open  map[string]bool     // nodes whose inputs are being resolved
}

func newScope(defs []*tfproto.NodeDef, path, device string) *scope {
	s := &scope{path: path, device: device, defs: make(map[string]*tfproto.NodeDef, len(defs)), args: map[string][]Output{},
		nodes: map[string]*Node{}, calls: map[string][]Output{}, open: map[string]bool{}, top: path == ""}
	for _, d := range defs {
		s.defs[d.Name] = d
		s.flow = s.flow || d.Op == "Switch" || d.Op == "Enter"
	}
	return s
}

func (s *scope) join(name string) string {
	if s.path == "" {
		return name
	}
	return s.path + "/" + name
}

// splitTop reads a name as the top graph spells it: "node" or "node:1".
func splitTop(name string) (string, int) {
	if i := strings.LastIndexByte(name, ':'); i >= 0 {
		var k int
		if _, err := fmt.Sscanf(name[i+1:], "%d", &k); err == nil {
			return name[:i], k
		}
	}
	return name, 0
}
