package graphops

import "strings"

// Place is a node or a layer of the model that a name means.
type Place struct {
	Path string // in the model: the calls that lead there and the name, joined by "/"
	Node *Node  // nil for a layer: a path that nodes lie below
}

// Path is where a node stands in the model. Nodes that were added when a loop
// or a conditional was expanded stand where it stood.
func (n *Node) Path() string {
	if n.Origin != "" {
		return n.Origin
	}
	return n.Name
}

// Find lists the nodes and layers that a name can mean: the whole path of one
// or a run of its parts, such as "dense/MatMul" or "dense" for the node
// "StatefulPartitionedCall/net/dense/MatMul". A path that begins with the name
// is preferred to paths that have it further inside, and a node to the layer of
// the same name.
func (g *Graph) Find(name string) []Place {
	var found []Place
	at := map[string]int{}
	for _, n := range g.nodes {
		path := n.Path()
		end := within(path, name)
		if end < 0 {
			continue
		}
		p := Place{Path: path[:end]}
		if end == len(path) {
			p.Node = n
		}
		if i, seen := at[p.Path]; !seen {
			at[p.Path] = len(found)
			found = append(found, p)
		} else if found[i].Node == nil {
			found[i].Node = p.Node
		}
	}
	if i, whole := at[name]; whole {
		return found[i : i+1]
	}
	return found
}

// within says where in a path a run of its parts ends, -1 if it has none.
func within(path, run string) int {
	if run == "" {
		return -1
	}
	for from := 0; ; {
		i := strings.Index(path[from:], run)
		if i < 0 {
			return -1
		}
		start, end := from+i, from+i+len(run)
		if (start == 0 || path[start-1] == '/') && (end == len(path) || path[end] == '/') {
			return end
		}
		from = start + 1
	}
}

// Leaving lists the tensors that nodes below a path hand to nodes outside of
// it, or that are among the graph's ends.
func (g *Graph) Leaving(path string, ends ...Output) []Output {
	inside := func(n *Node) bool { return n.Path() == path || strings.HasPrefix(n.Path(), path+"/") }
	leaves := map[Output]bool{}
	for _, o := range ends {
		leaves[o] = true
	}
	for _, n := range g.nodes {
		if inside(n) {
			continue
		}
		for _, in := range n.Inputs {
			leaves[in] = true
		}
	}
	var out []Output
	for _, n := range g.nodes {
		for i := range n.Outputs {
			if o := (Output{n, i}); leaves[o] && inside(n) {
				out = append(out, o)
			}
		}
	}
	return out
}
