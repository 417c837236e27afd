package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// baseline is what the inputs are compared with.
type baseline struct {
	values    map[string]*tensor.Tensor // by key, rows first; an input that is not here is compared with zeros
	perSample bool                      // a row of its own for each row of the inputs
	refs      int                       // how many references each row is compared with
	about     string                    // for people
	paths     []string                  // the files that were read
	single    []string                  // inner tensors of --baseline: one value for all rows
}

// readBaseline understands --baseline and --baselines and reads their files.
func (c *questionFlags) readBaseline(sig *savedmodel.Signature, in *inputs, baselines groups) (*baseline, error) {
	b := &baseline{values: map[string]*tensor.Tensor{}, refs: 1}
	r := &baselineReader{sig: sig, in: in, explained: in.explained(sig, c.Explain), scale: c.ImageScale, b: b, from: map[string]string{}}
	one, err := r.takeInner("--baseline", c.Baseline)
	if err != nil {
		return nil, err
	}
	many, err := r.takeInner("--baselines", baselines)
	if err != nil {
		return nil, err
	}
	rules, files, err := baselineWords(sig, one)
	if err != nil {
		return nil, err
	}
	if err := r.readFiles("--baseline", files); err != nil {
		return nil, err
	}
	if err := r.readFiles("--baselines", many); err != nil {
		return nil, err
	}
	for _, rule := range rules {
		if err := r.apply(rule); err != nil {
			return nil, err
		}
	}
	return b, r.check()
}

type baselineReader struct {
	sig       *savedmodel.Signature
	in        *inputs
	explained []string
	scale     float64
	b         *baseline
	from      map[string]string // the words that each input's baseline came from
}

// only is the input that a word without a key is for.
func (r *baselineReader) only() string {
	if len(r.explained) == 1 {
		return r.explained[0]
	}
	return ""
}

// take notes that an input has a baseline.
func (r *baselineReader) take(flag, key, word string) error {
	if !slices.Contains(r.explained, key) && (len(r.inner()) == 0 || !r.in.perRow[key]) {
		return usagef("%s: input %q is not explained, so it is compared with nothing; explained are %s", flag, key, strings.Join(r.explained, ", "))
	}
	if r.in.values[key] == nil {
		return &tfexplain.InputError{Input: key, Reason: "is missing", Keys: strings.Split(keys(r.sig.Inputs), ", ")}
	}
	if old, twice := r.from[key]; twice {
		return usagef("%s: input %q has two baselines, %s and %s", flag, key, old, word)
	}
	r.from[key] = word
	return nil
}

// readFiles reads the files of one of the flags.
func (r *baselineReader) readFiles(flag string, words groups) error {
	if len(words) == 0 {
		return nil
	}
	read, err := loadFiles(flag, r.only(), r.sig, words, r.scale)
	if err != nil {
		return err
	}
	r.b.paths = append(r.b.paths, read.files()...)
	for _, key := range slices.Sorted(maps.Keys(read.values)) {
		word := read.parts[key][0].path
		if more := len(read.parts[key]) - 1; more > 0 {
			word += fmt.Sprintf(" and %d more", more)
		}
		if err := r.take(flag, key, word); err != nil {
			return err
		}
		t, err := r.asRows(key, read.values[key])
		if err != nil {
			return fmt.Errorf("%s %s: %w", flag, word, err)
		}
		if err := r.count(flag, key, word, t.Shape()[0]); err != nil {
			return err
		}
		r.b.values[key] = t
	}
	return nil
}

// count finds what the rows of a file are: one baseline for all rows, one for
// each row, or a set of references.
func (r *baselineReader) count(flag, key, word string, rows int) error {
	switch {
	case rows == 0:
		return usagef("%s %s: it has no rows", flag, word)
	case rows == 1:
	case flag == "--baselines":
		if r.b.refs > 1 && r.b.refs != rows {
			return usagef("--baselines: %s has %d rows, but another input has %d references; wanted equally many", word, rows, r.b.refs)
		}
		r.b.refs = rows
		r.from[key] = fmt.Sprintf("%d references from %s", rows, word)
	case rows == r.in.rows:
		r.b.perSample = true
		r.from[key] = word + ", row by row"
	default:
		return usagef("--baseline %s: it has %d rows; wanted one row, or %d to give each row of the inputs its own (explain --baselines takes a set of references)", word, rows, r.in.rows)
	}
	return nil
}

// asRows gives a baseline a row axis if it has none.
func (r *baselineReader) asRows(key string, t *tensor.Tensor) (*tensor.Tensor, error) {
	row := r.rowShape(key)
	if slices.Equal(t.Shape(), row) {
		return t.Reshape(append([]int{1}, row...)...)
	}
	if s := t.Shape(); len(s) != len(row)+1 || !slices.Equal(s[1:], row) {
		return nil, fmt.Errorf("its shape is %v; wanted %v, the shape of a row of the input, or rows of that", s, row)
	}
	return t, nil
}

// rowShape is the shape of a row of an input's values.
func (r *baselineReader) rowShape(key string) []int {
	shape := r.in.values[key].Shape()
	return shape[min(1, len(shape)):]
}

// check ends the reading: it refuses what does not go together, and says in
// words what the baseline is.
func (r *baselineReader) check() error {
	if r.b.perSample && r.b.refs > 1 {
		return usagef("--baseline with one row for each row of the inputs and --baselines exclude each other")
	}
	var alike, apart []string
	for _, key := range r.described() {
		word := r.from[key]
		if word == "" {
			word = "zeros"
		}
		if word == "mean" {
			word = "the mean of the inputs"
		}
		if apart = append(apart, key+" "+word); !slices.Contains(alike, word) {
			alike = append(alike, word)
		}
	}
	if len(alike) > 1 {
		alike = apart
	}
	r.b.about = strings.Join(alike, ", ")
	return nil
}

// options says how the methods that compare are made.
func (b *baseline) options(o *tfexplain.Options) {
	if b.perSample {
		o.BaselinePerCall = true
	} else if len(b.values) > 0 {
		o.Baseline = tfexplain.Values(b.values)
	}
}
