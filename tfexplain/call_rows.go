package tfexplain

// Auto is the Options.BatchSize that lets the Explainer choose.
const Auto = 0

// defaultRows is how many rows a Run gets when a method needs many rows for
// each sample, BatchSize is Auto and Warmup has not measured. On two cores of AVX2
// integrated gradients of the digit CNN, 3200 rows, took 572 ms in Runs of 16, 300
// in Runs of 32, 271 of 64 and 372 of 256.
const defaultRows = 32

// defaultMemory bounds the tensors of one Run where Options.Memory is 0: about as
// much again as TensorFlow itself takes (0.3 GiB). The gradient of 256 rows of a
// ResNet-18 took 1.05 s with it, and 1.07 s with four times as much.
const defaultMemory = 256 << 20

// rowsOfARun is how many rows a Run gets, of n.
func (c *call) rowsOfARun(n int) int {
	e := c.e
	switch {
	case e.program.fixedRows > 0:
		return e.program.fixedRows
	case e.opts.BatchSize != Auto:
		return e.opts.BatchSize
	}
	rows := max(n, 1)
	if tuned := int(e.tuned.Load()); tuned > 0 {
		rows = tuned
	} else if e.program.plan.manyRows() {
		rows = defaultRows
	}
	return min(rows, c.rowsInMemory())
}

// rowsInMemory is how many rows fit into Options.Memory; one at least.
func (c *call) rowsInMemory() int {
	memory := c.e.opts.Memory
	if memory == 0 {
		memory = defaultMemory
	}
	open := 1 // the largest size of an axis that the model leaves open
	for i, k := range c.e.program.feeds {
		in := c.e.program.inputs[k]
		shape := c.feeds[i].Shape()
		for axis := 1; in.rows && in.info.KnownRank && axis < len(in.info.Shape); axis++ {
			if in.info.Shape[axis] < 0 {
				open = max(open, shape[axis])
			}
		}
	}
	return int(max(1, memory/max(c.e.program.rowBytes.At(open), 1)))
}
