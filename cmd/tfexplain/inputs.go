package main

import (
	"fmt"
	"image"
	_ "image/jpeg" // for the sizes of pictures
	_ "image/png"
	"maps"
	"math"
	"os"
	"slices"
	"strings"

	"github.com/tfexplain/tfexplain-go/internal/tensorfile"
	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// loadInputs reads all files of --input.
func loadInputs(sig *savedmodel.Signature, words groups, imageScale float64) (*inputs, error) {
	return loadFiles("--input", onlyInput(sig), sig, words, imageScale)
}

// loadFiles reads all files of a flag. Several files for one key are joined
// along the rows. only is as for fileArgs.
func loadFiles(flag, only string, sig *savedmodel.Signature, words groups, imageScale float64) (*inputs, error) {
	args, err := fileArgs(flag, only, sig, words)
	if err != nil {
		return nil, err
	}
	l := &loader{sig: sig, scale: imageScale, left: tensorfile.DefaultMaxBytes, arrays: map[string][]*tensor.Tensor{},
		in: &inputs{values: map[string]*tensor.Tensor{}, parts: map[string][]part{}}}
	for _, a := range args {
		if err := l.load(a); err != nil {
			return nil, err
		}
	}
	for key, arrays := range l.arrays {
		if l.in.values[key] = arrays[0]; len(arrays) > 1 {
			if l.in.values[key], err = tensor.Concat(arrays...); err != nil {
				return nil, fmt.Errorf("%s: the files of input %q cannot be joined: %w", flag, key, err)
			}
		}
	}
	return l.in, nil
}

type loader struct {
	sig    *savedmodel.Signature
	scale  float64
	left   int64 // bytes that may still be read
	arrays map[string][]*tensor.Tensor
	in     *inputs
}

func (l *loader) load(a fileArg) error {
	if !holdsNames(a.path) {
		return l.loadOne(a)
	}
	arrays, err := l.limits().ReadNamed(a.path)
	if err != nil {
		if a.key != "" {
			return l.loadOne(a) // a bare list, or a mistake that reading it names better
		}
		return err
	}
	return l.loadNamed(a, arrays)
}

// loadOne reads a file that holds one array.
func (l *loader) loadOne(a fileArg) error {
	info, err := l.sig.Input(a.key)
	if err != nil {
		return err
	}
	t, err := l.limits().Read(a.path, l.spec(info))
	if err != nil {
		return err
	}
	l.add(a.path, info.Key, t)
	return nil
}

// loadNamed takes the arrays of a file by their names. With a key, only that
// of the key is taken, or the only one there is; without, each must be an
// input.
func (l *loader) loadNamed(a fileArg, arrays map[string]*tensor.Tensor) error {
	names := slices.Sorted(maps.Keys(arrays))
	isInput := func(name string) bool { _, err := l.sig.Input(name); return err == nil }
	if len(names) == 1 && a.key == "" && isInput(names[0]) {
		a.key = names[0]
	}
	if len(names) == 1 && a.key != "" && (names[0] == a.key || !isInput(names[0])) {
		return l.loadOne(a)
	}
	if a.key != "" {
		if arrays[a.key] == nil && onlyInput(l.sig) != "" {
			return fmt.Errorf("%s has no array called %s, as the input is; it has %s: rename the one that is meant", a.path, a.key, listed(names))
		}
		if arrays[a.key] == nil {
			return fmt.Errorf("%s has no array called %s; it has %s: to take these, give it a flag of its own, without KEY=", a.path, a.key, listed(names))
		}
		names = []string{a.key}
	}
	if len(names) == 0 {
		return fmt.Errorf("%s has no arrays; wanted %s", a.path, keys(l.sig.Inputs))
	}
	for _, name := range names {
		info, err := l.sig.Input(name)
		if err != nil {
			return fmt.Errorf("%s has an array %q, which is no input; the signature has %s", a.path, name, keys(l.sig.Inputs))
		}
		t, err := fit(arrays[name], l.spec(info))
		if err != nil {
			return fmt.Errorf("%s, array %q: %w", a.path, name, err)
		}
		l.add(a.path, info.Key, t)
	}
	return nil
}

func listed(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

func (l *loader) add(path, key string, t *tensor.Tensor) {
	l.left -= int64(len(t.Bytes()))
	p := part{path: path, rows: 1, bounds: pictureBounds(path)}
	if len(t.Shape()) > 0 {
		p.rows = t.Shape()[0]
	}
	l.arrays[key] = append(l.arrays[key], t)
	l.in.parts[key] = append(l.in.parts[key], p)
}

// limits bounds all files together.
func (l *loader) limits() tensorfile.Limits { return tensorfile.Limits{MaxBytes: max(l.left, 1)} }

func (l *loader) spec(info savedmodel.TensorInfo) tensorfile.Spec {
	s := tensorfile.Spec{DType: info.DType, ImageScale: l.scale}
	if info.KnownRank {
		s.Shape = append([]int{}, info.Shape...)
		if len(s.Shape) > 0 {
			s.Shape[0] = -1 // how many rows there are is looked at when all are joined
		}
	}
	return s
}

// pictureBounds is the size of a picture file, empty for any other file.
func pictureBounds(path string) image.Rectangle {
	switch suffix(path) {
	case ".png", ".jpg", ".jpeg":
	default:
		return image.Rectangle{}
	}
	f, err := os.Open(path)
	if err != nil {
		return image.Rectangle{}
	}
	defer f.Close()
	c, _, err := image.DecodeConfig(f)
	if err != nil {
		return image.Rectangle{}
	}
	return image.Rect(0, 0, c.Width, c.Height)
}

// fit brings an array that was read by name, beside others, to what the input
// takes: a row axis is added where it is missing, and numbers are converted if
// that loses nothing but the precision of floats.
func fit(t *tensor.Tensor, want tensorfile.Spec) (*tensor.Tensor, error) {
	given, err := t, error(nil)
	if want.Shape != nil && len(t.Shape()) == len(want.Shape)-1 {
		if t, err = t.Reshape(append([]int{1}, t.Shape()...)...); err != nil {
			return nil, err
		}
	}
	same := func(have, wanted int) bool { return wanted < 0 || have == wanted }
	if want.Shape != nil && !slices.EqualFunc(t.Shape(), want.Shape, same) {
		return nil, fmt.Errorf("given %v, wanted %v: the shape is neither the wanted one nor one row of it", given, want)
	}
	if want.DType.IsInteger() && t.DType().IsFloat() {
		values, err := t.Float64s()
		if err != nil {
			return nil, err
		}
		for i, v := range values {
			if v != math.Trunc(v) {
				return nil, fmt.Errorf("element %d is %v, and the input takes %v; round the values first", i, v, want.DType)
			}
		}
	}
	return t.Convert(want.DType)
}
