package main

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// baselineRule is one word of --baseline that names no file.
type baselineRule struct {
	key    string // empty: every explained input that no other word names
	word   string
	number float64 // unless the word is "mean"
}

// parseBaselineRule reads zeros, mean or a number.
func parseBaselineRule(word string) (baselineRule, bool) {
	if word == "zeros" || word == "mean" {
		return baselineRule{word: word}, true
	}
	v, err := strconv.ParseFloat(word, 64)
	return baselineRule{word: word, number: v}, err == nil && !math.IsNaN(v) && !math.IsInf(v, 0)
}

// baselineWords parts the rules of --baseline from its files.
func baselineWords(sig *savedmodel.Signature, words groups) (rules []baselineRule, files groups, err error) {
	for _, group := range words {
		var rest []string
		for _, word := range group {
			key, value := "", word
			if _, plain := parseBaselineRule(word); !plain {
				if key, value, err = splitKey("--baseline", sig, word); err != nil {
					return nil, nil, err
				}
			}
			rule, ok := parseBaselineRule(value)
			if _, failed := os.Stat(value); !ok && failed != nil && value != "" && suffix(value) == "" {
				return nil, nil, usagef("--baseline %s: wanted zeros, mean, a number, or a file", word)
			}
			if !ok {
				rest = append(rest, word)
				continue
			}
			rule.key = key
			rules = append(rules, rule)
		}
		if len(rest) > 0 {
			files = append(files, rest)
		}
	}
	return rules, files, nil
}

// apply makes the values of a rule.
func (r *baselineReader) apply(rule baselineRule) error {
	targets := []string{rule.key}
	if rule.key == "" {
		targets = slices.DeleteFunc(r.compared(), func(key string) bool { return r.from[key] != "" })
		if len(targets) == 0 {
			return usagef("--baseline %s: every explained input has a baseline already", rule.word)
		}
	}
	for _, key := range targets {
		if err := r.take("--baseline", key, rule.word); err != nil {
			return err
		}
		if rule.word == "zeros" {
			continue // the library's own, which strings have too
		}
		t, err := r.values(key, rule)
		if err != nil {
			help := ""
			if rule.key == "" && len(targets) > 1 {
				help = fmt.Sprintf("; for some inputs: --baseline KEY=%s", rule.word)
			}
			return usagef("--baseline %s for input %q: %v%s", rule.word, key, err, help)
		}
		r.b.values[key] = t
	}
	return nil
}

// values is a row of an input with one number in it, or its mean row.
func (r *baselineReader) values(key string, rule baselineRule) (*tensor.Tensor, error) {
	x := r.in.values[key]
	if x.DType() == tensor.String || rule.word == "mean" && !x.DType().IsFloat() {
		return nil, fmt.Errorf("its values are %v; wanted zeros or a file", x.DType())
	}
	if !x.DType().IsFloat() && rule.number != math.Trunc(rule.number) {
		return nil, fmt.Errorf("its values are %v; wanted a whole number", x.DType())
	}
	shape := append([]int{1}, r.rowShape(key)...)
	n, err := tensor.Count(shape)
	if err != nil {
		return nil, err
	}
	row := slices.Repeat([]float64{rule.number}, n)
	if rule.word == "mean" {
		if row, err = meanRow(x, n); err != nil {
			return nil, err
		}
	}
	t, err := tensor.New(row, shape...)
	if err != nil {
		return nil, err
	}
	return t.Convert(x.DType())
}

// meanRow is the mean of the rows of n values each.
func meanRow(x *tensor.Tensor, n int) ([]float64, error) {
	rows := x.Shape()[0]
	if rows == 0 {
		return nil, fmt.Errorf("the input has no rows to take the mean of")
	}
	values, err := x.Float64s()
	if err != nil {
		return nil, err
	}
	mean := make([]float64, n)
	for i, v := range values {
		mean[i%n] += v
	}
	for i := range mean {
		mean[i] /= float64(rows)
	}
	return mean, nil
}
