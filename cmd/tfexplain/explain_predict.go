package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// predict is the model's own answer for each row: the largest entry of an
// output.
func predict(ctx context.Context, m *savedmodel.Model, p *plan, output string, rows, batch int) ([]prediction, error) {
	info, err := p.sig.Output(output)
	if err != nil {
		return nil, err
	}
	if batch <= 0 || len(p.in.perRow) == 0 {
		batch = rows
	}
	if p.in.fixedRows > 0 {
		batch = p.in.fixedRows
	}
	var all []prediction
	for from := 0; from < rows; from += batch {
		to := min(from+batch, rows)
		part, err := p.in.rowsOf(from, to)
		if err != nil {
			return nil, err
		}
		answer, err := m.Predict(ctx, p.sig.Name, part)
		if err != nil {
			return nil, err
		}
		found, err := largest(answer[info.Key], to-from)
		if err != nil {
			return nil, usagef("--predict %s: %v", output, err)
		}
		all = append(all, found...)
	}
	return all, nil
}

// largest finds the largest entry of each row.
func largest(t *tensor.Tensor, rows int) ([]prediction, error) {
	if s := t.Shape(); len(s) == 0 || s[0] != rows {
		return nil, fmt.Errorf("the output has shape %v, not one answer for each of the %d rows", s, rows)
	}
	values, err := t.Float64s()
	if err != nil {
		return nil, fmt.Errorf("wanted an output of numbers: %w", err)
	}
	width := len(values) / max(rows, 1)
	if width == 0 {
		return nil, fmt.Errorf("the output has shape %v, which holds nothing", t.Shape())
	}
	found := make([]prediction, rows)
	for row := range found {
		v := values[row*width : (row+1)*width]
		best := 0
		for i := range v {
			if v[i] > v[best] {
				best = i
			}
		}
		found[row].value = v[best]
		if width > 1 {
			found[row].index = strings.Trim(index(best, t.Shape()[1:]), "[]")
		}
	}
	return found, nil
}
