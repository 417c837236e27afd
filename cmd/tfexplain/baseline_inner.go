package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tfexplain/tfexplain-go/internal/tensorfile"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// inner are the names of --explain that are no inputs: tensors inside the model.
func (r *baselineReader) inner() []string {
	return slices.DeleteFunc(slices.Clone(r.explained), func(name string) bool {
		_, err := r.sig.Input(name)
		return err == nil
	})
}

// compared are the inputs that a baseline is for: those that are explained, and
// all with rows when a tensor is explained that the model computes from them.
func (r *baselineReader) compared() []string {
	inner := r.inner()
	var keys []string
	for _, key := range r.explained {
		if !slices.Contains(inner, key) {
			keys = append(keys, key)
		}
	}
	for _, info := range r.sig.Inputs {
		if len(inner) > 0 && r.in.perRow[info.Key] && !slices.Contains(keys, info.Key) {
			keys = append(keys, info.Key)
		}
	}
	return keys
}

// described are what the words for the baseline are about: tensors inside the
// model that have a baseline of their own, and the inputs that the others have
// theirs by.
func (r *baselineReader) described() []string {
	inner := r.inner()
	own := slices.DeleteFunc(slices.Clone(inner), func(name string) bool { return r.from[name] == "" })
	keys := slices.DeleteFunc(slices.Clone(r.explained), func(name string) bool { return slices.Contains(inner, name) })
	if len(own) < len(inner) {
		keys = r.compared()
	}
	return append(keys, own...)
}

// takeInner reads the words NAME=VALUE that name a tensor inside the model, and
// gives those that are left.
func (r *baselineReader) takeInner(flag string, words groups) (groups, error) {
	names := r.inner()
	var left groups
	for _, group := range words {
		var rest []string
		for _, word := range group {
			name, value, ok := strings.Cut(word, "=")
			if !ok || !slices.Contains(names, name) {
				rest = append(rest, word)
				continue
			}
			if old, twice := r.from[name]; twice {
				return nil, usagef("%s: %q has two baselines, %s and %s", flag, name, old, value)
			}
			r.from[name] = value
			t, err := r.innerValue(flag, value)
			if err != nil {
				return nil, fmt.Errorf("%s %s: %w", flag, word, err)
			}
			r.b.values[name] = t
			if flag == "--baseline" {
				r.b.single = append(r.b.single, name)
			} else if s := t.Shape(); len(s) > 0 {
				r.b.refs = max(r.b.refs, s[0])
			}
		}
		if len(rest) > 0 {
			left = append(left, rest)
		}
	}
	return left, nil
}

// innerValue is a number for every element, or the array of a file.
func (r *baselineReader) innerValue(flag, value string) (*tensor.Tensor, error) {
	rule, ok := parseBaselineRule(value)
	switch {
	case ok && flag == "--baselines":
		return nil, usagef("wanted a file of references")
	case ok && rule.word == "mean":
		return nil, usagef("wanted zeros, a number or a file: the mean of a tensor inside the model is not known; --baseline mean is that of the inputs")
	case ok:
		return tensor.New([]float64{rule.number}, []int{}...)
	}
	r.b.paths = append(r.b.paths, value)
	return tensorfile.Read(value, tensorfile.Spec{})
}

// checkInner refuses several rows where one was asked for: how many axes a row
// has is known when the model is loaded.
func (b *baseline) checkInner(explained []tfexplain.Explained) error {
	for _, x := range explained {
		t := b.values[x.Name]
		if !slices.Contains(b.single, x.Name) || len(t.Shape()) != len(x.Shape) || t.Shape()[0] == 1 {
			continue
		}
		return usagef("--baseline %s: its file has %d rows; wanted one (--baselines takes a set of references)", x.Name, t.Shape()[0])
	}
	return nil
}
