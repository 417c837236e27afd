package tfexplain

import (
	"fmt"
	"slices"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// takeInputs checks xs and puts them in the program's order.
func (c *call) takeInputs(xs map[string]*tensor.Tensor) error {
	p := c.e.program
	for key := range xs {
		if !p.takes(key) {
			return &InputError{Input: key, Reason: "is not an input", Keys: p.keys()}
		}
	}
	rows := -1
	for _, i := range p.feeds {
		in := p.inputs[i]
		x := xs[in.info.Key]
		if x == nil {
			return &InputError{Input: in.info.Key, Reason: "is missing", Keys: p.keys()}
		}
		if err := in.check(x); err != nil {
			return err
		}
		if in.rows {
			n := x.Shape()[0]
			if rows >= 0 && n != rows {
				return &ShapeError{Input: in.info.Key, Given: x.Shape(), Wanted: fmt.Sprintf("%d rows, as the inputs before it have", rows)}
			}
			rows = n
		}
		c.feeds = append(c.feeds, x)
	}
	c.rows = max(rows, 0)
	return nil
}

// takes says whether an input of this key can be given.
func (p *program) takes(key string) bool {
	return slices.ContainsFunc(p.inputs, func(in input) bool { return !in.inner && in.info.Key == key })
}

// keys are those of the inputs that can be given.
func (p *program) keys() []string {
	var keys []string
	for _, in := range p.inputs {
		if !in.inner {
			keys = append(keys, in.info.Key)
		}
	}
	return keys
}

// check compares a tensor with what the signature declares.
func (in input) check(x *tensor.Tensor) error {
	if x.DType() != in.info.DType {
		return &DTypeError{Input: in.info.Key, Given: x.DType(), Wanted: in.info.DType}
	}
	given := x.Shape()
	fits := !in.info.KnownRank || len(given) == len(in.info.Shape)
	for i := 0; fits && i < len(in.info.Shape); i++ {
		// The row axis of a fixed-size export is checked against all rows later.
		fits = in.info.Shape[i] < 0 || in.info.Shape[i] == given[i] || in.rows && i == 0
	}
	if !fits || in.rows && len(given) == 0 {
		return &ShapeError{Input: in.info.Key, Given: given, Wanted: in.wanted()}
	}
	return nil
}

func (in input) wanted() string {
	if !in.info.KnownRank {
		return "[N ...]"
	}
	if in.rows {
		return "[N" + trimBrackets(in.info.Shape[1:]) + "]"
	}
	return fmt.Sprint(in.info.Shape)
}
