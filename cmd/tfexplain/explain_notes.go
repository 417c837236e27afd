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

// classNote says of what a sum is explained that nobody asked for, and how one entry is
// explained instead, or that there is nothing to choose a class from; empty where
// neither is so, or may not be.
func (c *explainCmd) classNote(target savedmodel.TensorInfo) string {
	entries, axes := 1, 0
	for _, size := range target.Shape[min(1, len(target.Shape)):] {
		entries, axes = entries*max(size, 0), axes+1
	}
	switch asked := len(c.Class) > 0 || c.Ys != "" || c.TargetIndex != ""; {
	case len(c.Class) > 0 && axes == 1 && entries == 1:
		return fmt.Sprintf("%s has one entry for each row, which is class 0 whatever its value", target.Key)
	case asked, entries == 1, axes == 1 && entries == 0:
		return ""
	case axes == 1:
		return fmt.Sprintf("explained is the sum of all %d entries of %s; --class argmax explains the one that the model chose", entries, target.Key)
	}
	return fmt.Sprintf("explained is the sum of all entries of %s, %s; --target-index explains one, --ys a mixture", target.Key, describe(target))
}

// defaultNotes say what was chosen where nobody did.
func (c *explainCmd) defaultNotes(p *plan) []string {
	var notes []string
	if all, held := c.notExplained(p); len(held) > 0 {
		notes = append(notes, fmt.Sprintf("not explained, but held at the values given: %s; to explain them, too: --explain %s", strings.Join(held, ", "), strings.Join(all, " ")))
	}
	if note := c.classNote(p.target); note != "" {
		notes = append(notes, note)
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
