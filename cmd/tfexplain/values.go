package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/alecthomas/kong"
)

// values is a flag that takes every word up to the next flag, so that the many
// words that a shell makes of *.png need no repeated flag. It may be repeated
// as well.
type values []string

// Decode implements kong.MapperValue.
func (v *values) Decode(ctx *kong.DecodeContext) error {
	words, err := popWords(ctx)
	*v = append(*v, words...)
	return err
}

// groups is like values, but keeps apart the words of each time the flag was
// given: in `--input a=1.npy 2.npy --input b=3.npy` the second file belongs
// to a.
type groups [][]string

// Decode implements kong.MapperValue.
func (g *groups) Decode(ctx *kong.DecodeContext) error {
	words, err := popWords(ctx)
	*g = append(*g, words)
	return err
}

func popWords(ctx *kong.DecodeContext) ([]string, error) {
	var words []string
	for {
		next := ctx.Scan.Peek()
		word, ok := next.Value.(string)
		if !ok || next.IsEOL() || !next.IsValue() && !isNumber(word) {
			break
		}
		ctx.Scan.Pop()
		words = append(words, word)
	}
	if len(words) == 0 {
		return nil, fmt.Errorf("a value is missing")
	}
	return words, nil
}

// atCommas parts words at commas, too.
func atCommas(words values) (parts values) {
	for _, w := range words {
		parts = append(parts, strings.Split(w, ",")...)
	}
	return parts
}

// isNumber tells -1 from a flag.
func isNumber(word string) bool {
	_, err := strconv.ParseFloat(word, 64)
	return err == nil
}

// params reads `name=value` words.
func params(words []string) (map[string]string, error) {
	out := make(map[string]string, len(words))
	for _, w := range words {
		name, value, ok := strings.Cut(w, "=")
		if !ok || name == "" {
			return nil, usagef("--param %q: wanted NAME=VALUE", w)
		}
		if _, twice := out[name]; twice {
			return nil, usagef("--param %s is given twice", name)
		}
		out[name] = value
	}
	return out, nil
}

// intList reads "3,4" as [3 4]; an empty text is no list.
func intList(flag, text, separator string) ([]int, error) {
	if text == "" {
		return nil, nil
	}
	var out []int
	for part := range strings.SplitSeq(text, separator) {
		n, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil || n < 0 {
			return nil, usagef("%s %q: wanted whole numbers from 0, separated by %q", flag, text, separator)
		}
		out = append(out, n)
	}
	return out, nil
}
