package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/tfexplain/tfexplain-go/internal/tensorfile"
	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// words are the vocabularies of inputs of ids, by key.
type words struct {
	of    map[string][]string
	paths []string
}

// readWords reads the files of --vocab.
func readWords(sig *savedmodel.Signature, in *inputs, flags groups) (words, error) {
	w := words{of: map[string][]string{}}
	var ids []string
	for _, info := range sig.Inputs {
		if in.perRow[info.Key] && info.DType.IsInteger() {
			ids = append(ids, info.Key)
		}
	}
	only := ""
	if len(ids) == 1 {
		only = ids[0]
	}
	for _, group := range flags {
		for _, word := range group {
			key, path, err := splitKey("--vocab", sig, word)
			if err != nil {
				return w, err
			}
			if key == "" {
				key = only
			}
			info, err := sig.Input(key)
			switch {
			case key == "" && len(ids) == 0:
				return w, usagef("--vocab %s: the signature has no input of ids", path)
			case key == "":
				return w, usagef("--vocab %s: say which input it is for, as KEY=%s; inputs of ids are %s", path, path, listed(ids))
			case err != nil:
				return w, err
			case !info.DType.IsInteger():
				return w, usagef("--vocab %s: input %q has %v; wanted an input of ids", path, key, info.DType)
			case w.of[key] != nil:
				return w, usagef("--vocab: input %q has two", key)
			}
			if w.of[key], err = readLines(path); err != nil {
				return w, fmt.Errorf("--vocab %s: %w", path, err)
			}
			w.paths = append(w.paths, path)
		}
	}
	return w, nil
}

func readLines(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > tensorfile.DefaultMaxBytes {
		return nil, fmt.Errorf("it has %d bytes; at most %d are read", info.Size(), int64(tensorfile.DefaultMaxBytes))
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if len(data) == 0 {
		return nil, errors.New("it is empty")
	}
	text := strings.ReplaceAll(string(data), "\r\n", "\n")
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n"), nil
}

// spell gives the elements of an input of ids or strings as text: the words of
// the vocabulary, and a number where there is none.
func (w words) spell(key string, t *tensor.Tensor) ([]string, error) {
	if t.DType() == tensor.String {
		return tensor.Data[string](t)
	}
	wide, err := t.Convert(tensor.Int64)
	if err != nil {
		return nil, err
	}
	ids, err := tensor.Data[int64](wide)
	if err != nil {
		return nil, err
	}
	vocabulary := w.of[key]
	text := make([]string, len(ids))
	for i, id := range ids {
		if text[i] = strconv.FormatInt(id, 10); id >= 0 && id < int64(len(vocabulary)) {
			text[i] = vocabulary[id]
		}
	}
	return text, nil
}
