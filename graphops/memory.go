package graphops

// RowBytes estimates how many bytes a Run holds for each of its rows. Entry k
// counts, times the k-th power of a size, tensors with k axes besides the rows
// whose size the graph leaves open.
type RowBytes [4]int64

// At is the estimate where all open sizes are this one.
func (r RowBytes) At(open int) int64 {
	sum, power := int64(0), int64(1)
	for _, bytes := range r {
		sum += bytes * power
		power *= int64(max(open, 1))
	}
	return sum
}

// RowBytes adds up the tensors that are held at one time if the nodes run in the
// graph's order and each tensor is freed after its last use; those in keep never
// are. Tensors without rows or of unknown rank, the memory in which kernels work
// and what loops hold inside are not counted.
func (g *Graph) RowBytes(keep ...Output) RowBytes {
	last := map[Output]int{}
	for i, n := range g.nodes {
		for _, in := range n.Inputs {
			last[in] = i
		}
	}
	for _, o := range keep {
		last[o] = len(g.nodes)
	}
	freed := make([]RowBytes, len(g.nodes)+1) // after each node
	var held, most RowBytes
	for i, n := range g.nodes {
		for k := range n.Outputs {
			o := Output{n, k}
			bytes, open, ok := bytesOfARow(o)
			if !ok {
				continue
			}
			held[open] += bytes
			freed[max(i, last[o])][open] += bytes
		}
		for open := range held {
			most[open] = max(most[open], held[open])
			held[open] -= freed[i][open]
		}
	}
	return most
}

// bytesOfARow is what one row of a tensor takes, without its open axes.
func bytesOfARow(o Output) (bytes int64, open int, ok bool) {
	s := o.Shape()
	bytes = int64(o.DType().Size())
	for axis, d := range s.Dims {
		switch {
		case d.PerRow || axis == 0 && d.Size < 0:
			ok = true
			bytes *= int64(max(d.Size, 1))
		case d.Size < 0:
			open++
		default:
			bytes *= int64(d.Size)
		}
	}
	return bytes, min(open, len(RowBytes{})-1), ok && s.KnownRank
}
