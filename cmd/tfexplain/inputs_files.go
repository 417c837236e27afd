package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/tfexplain/tfexplain-go/savedmodel"
)

// fileArg is one [KEY=]FILE word.
type fileArg struct {
	key  string // empty: the file's arrays are named by the signature's keys
	path string
}

// fileArgs gives each word of a flag its input. A word without a key belongs
// to the key before it in the same group, else to the only input that there is
// (empty: there are several); a file of named arrays may go without.
func fileArgs(flag, only string, sig *savedmodel.Signature, words groups) ([]fileArg, error) {
	var args []fileArg
	for _, group := range words {
		current := only
		for _, word := range group {
			key, path, err := splitKey(flag, sig, word)
			if err != nil {
				return nil, err
			}
			if key != "" {
				current = key
			}
			if path == "" {
				return nil, usagef("%s %q names no file", flag, word)
			}
			if current == "" && !holdsNames(path) {
				return nil, usagef("%s %s: say which input it is for, as KEY=%s; the signature has %s (a .json or .npz may hold several, by these names)", flag, path, path, keys(sig.Inputs))
			}
			paths, err := expand(flag, path)
			if err != nil {
				return nil, err
			}
			for _, p := range paths {
				args = append(args, fileArg{key: current, path: p})
			}
		}
	}
	return args, nil
}

// expand replaces a pattern by the files it matches, in the shell's order: no
// shell expands KEY=*.png. A file whose name is a pattern is still a file.
func expand(flag, path string) ([]string, error) {
	if _, err := os.Stat(path); err == nil || !strings.ContainsAny(path, "*?[") {
		return []string{path}, nil
	}
	matches, err := filepath.Glob(path)
	if err != nil {
		return nil, usagef("%s %s: the pattern is not closed", flag, path)
	}
	if len(matches) == 0 {
		return nil, fmt.Errorf("%s %s: no file matches this pattern", flag, path)
	}
	return matches, nil
}

// splitKey parts KEY=FILE. A file whose name has a "=" is still a file.
func splitKey(flag string, sig *savedmodel.Signature, word string) (key, path string, err error) {
	before, after, ok := strings.Cut(word, "=")
	if !ok {
		return "", word, nil
	}
	for _, in := range sig.Inputs {
		if in.Key == before {
			return before, after, nil
		}
	}
	if _, err := os.Stat(word); err == nil {
		return "", word, nil
	}
	return "", "", usagef("%s %s: the signature has no input %q; it has %s", flag, word, before, keys(sig.Inputs))
}

// holdsNames says whether a file can hold several arrays by name.
func holdsNames(path string) bool {
	switch suffix(path) {
	case ".npz", ".json":
		return true
	}
	return false
}

// suffix is the lower-case suffix of a file's name.
func suffix(path string) string { return strings.ToLower(filepath.Ext(path)) }

// onlyInput is the input of a signature that has one; else it is empty.
func onlyInput(sig *savedmodel.Signature) string {
	if len(sig.Inputs) == 1 {
		return sig.Inputs[0].Key
	}
	return ""
}

func keys(infos []savedmodel.TensorInfo) string {
	var list []string
	for _, t := range infos {
		list = append(list, t.Key)
	}
	return strings.Join(list, ", ")
}
