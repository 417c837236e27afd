package tfexplain

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tfexplain/tfexplain-go/graphops"
)

// names are those that an option takes. Explain: inputs and the embeddings of
// ids; Target: outputs; both: the layers and nodes that give numbers which
// depend on the inputs. The calls that all paths begin with are left out.
func (d *draft) names(field string) []string {
	var names []string
	if field == "Target" {
		names = append(names, d.outputs...)
	}
	var places []graphops.Output
	for _, in := range d.inputs {
		if in.inner {
			continue
		}
		places = append(places, in.place)
		if field != "Explain" {
			continue
		}
		names = append(names, in.info.Key)
		if found, numbers := d.lookups(in); len(found) > 0 && !numbers {
			names = append(names, embeddingPrefix+in.info.Key)
		}
	}
	w := graphops.NewWalk(d.graph, d.target, places, d.rules)
	seen := map[string]bool{}
	for _, n := range d.graph.Nodes() {
		if len(n.Outputs) == 0 || !n.Outputs[0].DType.IsFloat() || !w.Varies(graphops.Output{Node: n}) {
			continue
		}
		parts := strings.Split(n.Path(), "/")
		for len(parts) > 1 && strings.Contains(parts[0], "PartitionedCall") {
			parts = parts[1:]
		}
		for i := range parts {
			if name := strings.Join(parts[:i+1], "/"); !seen[name] {
				seen[name] = true
				names = append(names, name)
			}
		}
	}
	return names
}

// candidates are the names of an option that a wrong one may have meant: for a
// target the outputs, and then what is inside the model.
func (d *draft) candidates(field, given string) []string {
	names, outputs := d.names(field), 0
	if field == "Target" {
		outputs = len(d.outputs)
	}
	list := append(nearest(given, names[:outputs]), nearest(given, names[outputs:])...)
	return list[:min(mostNames, len(list))]
}

// mostNames are as many names as a message can hold and still be read.
const mostNames = 8

// nearest are the names that are most like the one given.
func nearest(given string, names []string) []string {
	given = strings.ToLower(given)
	parts := strings.Count(given, "/") + 1
	far := map[string]int{}
	for _, name := range names {
		lower := strings.ToLower(name)
		// As many parts as were given count, wherever they begin.
		far[name] = edits(given, lower)
		for split := strings.Split(lower, "/"); len(split) >= parts; split = split[:len(split)-1] {
			far[name] = min(far[name], edits(given, strings.Join(split[len(split)-parts:], "/")))
			if len(split) == parts {
				break
			}
		}
	}
	names = slices.Clone(names)
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(far[a], far[b]), cmp.Compare(len(a), len(b))) })
	return names[:min(mostNames, len(names))]
}

// edits is how many letters must be put in, left out or changed to make b of a
// (Levenshtein 1966). Letters after the 100th do not count.
func edits(a, b string) int {
	const most = 100
	a, b = a[:min(most, len(a))], b[:min(most, len(b))]
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
