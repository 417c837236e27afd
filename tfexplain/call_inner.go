package tfexplain

import (
	"context"
	"slices"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// An inner tensor is compared with a value that is given for it, or with what
// the model makes of the baseline of its inputs. The latter is one forward pass
// over the references, before the first Run of a call.

// innerBaseline works out the baselines of inner tensors that are given by way
// of the inputs.
func (c *call) innerBaseline(ctx context.Context) error {
	p := c.e.program
	if c.base == nil || p.inner == nil {
		return nil
	}
	var missing []int // among the inner tensors
	keys := p.innerKeys()
	for i, key := range keys {
		if c.base.x0[key] == nil {
			missing = append(missing, i)
		}
	}
	parts := make([][]*tensor.Tensor, len(keys))
	size := c.base.count
	if k := c.e.opts.BatchSize; k > 0 {
		size = min(size, k)
	}
	if p.fixedRows > 0 {
		size = p.fixedRows
	}
	for from := 0; len(missing) > 0 && from < c.base.count; from += size {
		values, err := c.innerAt(ctx, from, min(from+size, c.base.count))
		if err != nil {
			return err
		}
		for _, i := range missing {
			parts[i] = append(parts[i], values[i])
		}
	}
	for _, i := range missing {
		whole, err := tensor.Concat(parts[i]...)
		if err != nil {
			return err
		}
		c.base.x0[keys[i]] = whole
	}
	return nil
}

// innerAt gives the inner tensors at some references.
func (c *call) innerAt(ctx context.Context, from, to int) ([]*tensor.Tensor, error) {
	p := c.e.program
	rows := make([]int, max(to-from, p.fixedRows)) // the last reference fills what a fixed export needs
	for i := range rows {
		rows[i] = min(from+i, to-1)
	}
	feeds := slices.Clone(c.feeds)
	for i, k := range p.feeds {
		if in := p.inputs[k]; in.rows {
			var err error
			if feeds[i], err = c.base.x0[in.info.Key].Take(rows); err != nil {
				return nil, err
			}
		}
	}
	values, err := p.inner.Run(ctx, feeds)
	if err != nil {
		return nil, err
	}
	c.e.runs.Add(1)
	for i, v := range values {
		if values[i], err = v.Rows(0, to-from); err != nil {
			return nil, err
		}
	}
	return values, nil
}
