package main

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/tfexplain/tfexplain-go/savedmodel"
)

// notExplained are the inputs with rows that are held at their values although
// nobody chose so: ids and strings beside floats.
func (c *explainCmd) notExplained(p *plan) (all, held []string) {
	if len(c.Explain) > 0 {
		return nil, nil
	}
	explained := p.in.explained(p.sig, nil)
	for _, info := range p.sig.Inputs {
		if !p.in.perRow[info.Key] {
			continue
		}
		if all = append(all, info.Key); !slices.Contains(explained, info.Key) {
			held = append(held, info.Key)
		}
	}
	return all, held
}

// sumsClasses says whether what is explained is a sum over classes that nobody
// asked for.
func (c *explainCmd) sumsClasses(target savedmodel.TensorInfo) bool {
	asked := len(c.Class) > 0 || c.Ys != "" || c.TargetIndex != ""
	return !asked && target.KnownRank && len(target.Shape) == 2 && target.Shape[1] > 1
}

// defaultNotes say what was chosen for who did not choose.
func (c *explainCmd) defaultNotes(p *plan) []string {
	var notes []string
	if all, held := c.notExplained(p); len(held) > 0 {
		notes = append(notes, fmt.Sprintf("not explained, but held at the values given: %s; --explain %s explains all", strings.Join(held, ", "), strings.Join(all, " ")))
	}
	if c.sumsClasses(p.target) {
		notes = append(notes, fmt.Sprintf("explained is the sum of all %d entries of %s; --class argmax explains the one that the model chose", p.target.Shape[1], p.target.Key))
	}
	return notes
}

// notFinite says where the model's answers are no numbers, of which attributions
// are none either.
func notFinite(found []explanation) []string {
	count := func(answers []float64) (n int) {
		for _, v := range answers {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				n++
			}
		}
		return n
	}
	var notes []string
	add := func(note string) {
		if !slices.Contains(notes, note) {
			notes = append(notes, note)
		}
	}
	for _, e := range found {
		if n := count(e.target); n > 0 {
			add(fmt.Sprintf("f(x) is NaN or infinite in %d of %d rows: that is the model's answer; is there NaN in the input?", n, len(e.target)))
		}
		for i, run := range e.runs {
			if n := count(run.result.BaselineTarget); n > 0 {
				add(fmt.Sprintf("%s: f(x0) is NaN or infinite in %d of %d rows: that is the model's answer at the baseline; choose another (--baseline)", e.methods[i].name, n, len(e.target)))
			}
		}
	}
	return notes
}
