package main

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"text/tabwriter"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// topShare is the share of sum(|a|) that the strongest 5 % of the elements
// carry: ceil(n/20) of n. It is 0 when all are 0, and NaN when one is.
func topShare(a []float64) float64 {
	magnitudes := make([]float64, len(a))
	total := 0.0
	for i, v := range a {
		magnitudes[i] = math.Abs(v)
		total += magnitudes[i]
	}
	if total == 0 {
		return 0
	}
	slices.SortFunc(magnitudes, func(a, b float64) int { return cmp.Compare(b, a) })
	top := 0.0
	for _, v := range magnitudes[:(len(a)+19)/20] {
		top += v
	}
	return top / total
}

// rowShare is topShare of one row, over all explained inputs together.
func rowShare(attributions map[string]*tensor.Tensor, row int) (float64, error) {
	var all []float64
	for _, a := range attributions {
		r, err := a.Rows(row, row+1)
		if err != nil {
			return 0, err
		}
		values, err := r.Float64s()
		if err != nil {
			return 0, err
		}
		all = append(all, values...)
	}
	return topShare(all), nil
}

// prediction is the largest entry of an output in one row.
type prediction struct {
	index int
	value float64
}

// summary is the table that explain prints.
type summary struct {
	labels  []string
	classes []string // or other words for what is explained, unless byClass
	byClass bool
	target  []float64
	predict string // the output's key; empty for none
	answers []prediction
	delta   []float64 // nil when the method has none
	shares  []float64
}

const (
	mostRows  = 40 // more are not all printed
	firstRows = 20 // but only these
)

func (s *summary) print(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprint(t, "row\tclass\ttarget")
	if s.predict != "" {
		fmt.Fprintf(t, "\tprediction\t%s", s.predict)
	}
	if s.delta != nil {
		fmt.Fprint(t, "\tdelta")
	}
	fmt.Fprint(t, "\ttop 5%\n")
	shown := len(s.labels)
	if shown > mostRows {
		shown = firstRows
	}
	for i := range shown {
		fmt.Fprintf(t, "%s\t%s\t%s", s.labels[i], s.classes[i], number(s.target[i]))
		if s.predict != "" {
			fmt.Fprintf(t, "\t%d\t%s", s.answers[i].index, number(s.answers[i].value))
		}
		if s.delta != nil {
			fmt.Fprintf(t, "\t%.1e", s.delta[i])
		}
		fmt.Fprintf(t, "\t%.1f%%\n", 100*s.shares[i])
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if more := len(s.labels) - shown; more > 0 {
		_, err := fmt.Fprintf(w, "and %d more rows\n", more)
		return err
	}
	return nil
}

// number is what a table needs of a number.
func number(v float64) string {
	if a := math.Abs(v); a != 0 && (a < 5e-5 || a >= 1e6) { // four decimals would show nothing, or too much
		return strconv.FormatFloat(v, 'e', 3, 64)
	}
	return strconv.FormatFloat(v, 'f', 4, 64)
}
