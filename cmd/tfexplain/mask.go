package main

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/tfexplain/tfexplain-go/internal/tensorfile"
	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// readMasks reads the files of --mask and gives them to the methods that have
// players: elements with one id are one player. It returns the files' names, and
// whether rows have masks of their own.
func readMasks(words groups, sig *savedmodel.Signature, in *inputs, explained []string, methods []chosenMethod, params []string) (paths []string, perRow bool, err error) {
	if len(words) == 0 {
		return nil, false, nil
	}
	if !slices.ContainsFunc(methods, func(m chosenMethod) bool { return takesPlayers(m.info) }) {
		return nil, false, usagef("--mask: %s takes no groups of features; leave it out, or choose ablation, shapley, exact-shapley or kernelshap", namesOf(methods))
	}
	if slices.ContainsFunc(params, func(p string) bool { return strings.HasPrefix(p, "dims=") }) {
		return nil, false, usagef("--mask and --param dims exclude each other: both say which elements belong together")
	}
	m := &maskReader{in: in, explained: explained, of: map[string]*tensor.Tensor{}}
	only := ""
	if len(explained) == 1 {
		only = explained[0]
	}
	args, err := fileArgs("--mask", only, sig, words)
	if err != nil {
		return nil, false, err
	}
	for _, a := range args {
		if err := m.load(a); err != nil {
			return nil, false, err
		}
	}
	for _, key := range explained {
		if m.of[key] == nil {
			return nil, false, usagef("--mask: input %q is explained too, but has no mask; name one with %s=FILE, or the inputs to explain with --explain", key, key)
		}
	}
	for i := range methods {
		methods[i].Method = withMask(methods[i].Method, m.of)
	}
	return m.paths, m.perRow, nil
}

type maskReader struct {
	in        *inputs
	explained []string
	of        map[string]*tensor.Tensor // by input
	paths     []string
	perRow    bool
}

// load takes the masks of one file.
func (m *maskReader) load(a fileArg) error {
	arrays := map[string]*tensor.Tensor{}
	m.paths = append(m.paths, a.path)
	var err error
	switch {
	case suffix(a.path) == ".png":
		arrays[a.key], err = readLabels(a.path)
	case a.key == "" || holdsNames(a.path):
		arrays, err = namedOrOne(a)
	default:
		arrays[a.key], err = tensorfile.ReadRaw(a.path)
	}
	if err != nil {
		return fmt.Errorf("--mask: %w", err)
	}
	for _, key := range slices.Sorted(maps.Keys(arrays)) {
		switch {
		case !slices.Contains(m.explained, key) || m.in.values[key] == nil:
			return usagef("--mask %s: input %q is not explained; explained are %s", a.path, key, strings.Join(m.explained, ", "))
		case m.of[key] != nil:
			return usagef("--mask: input %q has two masks", key)
		}
		ids, err := asIDs(arrays[key])
		if err == nil {
			ids, err = alignMask(ids, m.in.values[key].Shape())
		}
		if err != nil {
			return usagef("--mask %s: %v", a.path, err)
		}
		m.of[key] = ids
		m.perRow = m.perRow || len(ids.Shape()) == len(m.in.values[key].Shape()) && ids.Shape()[0] > 1
	}
	return nil
}

// namedOrOne reads arrays by name; one alone may have any name where the key is
// known.
func namedOrOne(a fileArg) (map[string]*tensor.Tensor, error) {
	arrays, err := tensorfile.ReadNamed(a.path)
	if a.key == "" {
		return arrays, err
	}
	if arrays[a.key] != nil {
		return map[string]*tensor.Tensor{a.key: arrays[a.key]}, nil
	}
	t, err := tensorfile.ReadRaw(a.path) // a bare list, or one array of another name
	return map[string]*tensor.Tensor{a.key: t}, err
}

// asIDs makes whole numbers of a mask.
func asIDs(t *tensor.Tensor) (*tensor.Tensor, error) {
	if t.DType() == tensor.String {
		return nil, fmt.Errorf("it holds text; wanted the number of a group for each element")
	}
	if t.DType().IsFloat() {
		values, err := t.Float64s()
		if err != nil {
			return nil, err
		}
		for i, v := range values {
			if v != math.Trunc(v) || math.Abs(v) > 1<<53 { // beyond it floats have no neighbours
				return nil, fmt.Errorf("element %d is %v; wanted whole numbers, one for each group", i, v)
			}
		}
	}
	ids, err := t.Convert(tensor.Int64)
	if err != nil {
		return nil, err
	}
	data, err := tensor.Data[int64](ids)
	if err != nil {
		return nil, err
	}
	for i, id := range data {
		if id < 0 {
			return nil, fmt.Errorf("element %d is %d; wanted numbers of groups from 0", i, id)
		}
	}
	return ids, nil
}

// alignMask gives a mask the shape of a row, or of all rows, in which a size of 1
// stands for a whole axis. A mask without the channels of a picture gets them.
func alignMask(t *tensor.Tensor, shape []int) (*tensor.Tensor, error) {
	given, row := t.Shape(), shape[min(1, len(shape)):]
	fits := func(shape, row []int) bool {
		return slices.EqualFunc(shape, row, func(have, want int) bool { return have == want || have == 1 })
	}
	switch n := len(row); {
	case fits(given, row) || fits(given, shape):
		return t, nil
	case n > 1 && fits(given, row[:n-1]):
		return t.Reshape(slices.Concat(given, []int{1})...)
	case n > 1 && fits(given, row[1:]):
		return t.Reshape(slices.Concat([]int{1}, given)...)
	case n == 1 && len(given) == 2 && t.Len() == row[0]: // a picture that the model takes as one long row
		return t.Reshape(row...)
	}
	return nil, fmt.Errorf("its shape is %v; wanted %v, that of a row of the input, or %v, a mask for each row; a size of 1 stands for a whole axis", given, row, shape)
}

// takesPlayers says whether a method values groups of elements.
func takesPlayers(info tfexplain.MethodInfo) bool {
	return slices.ContainsFunc(info.Params, func(p tfexplain.Param) bool { return p.Name == "dims" })
}

// withMask is a method whose players are those of masks, if it has players.
func withMask(method tfexplain.Method, mask map[string]*tensor.Tensor) tfexplain.Method {
	switch m := method.(type) {
	case tfexplain.FeatureAblation:
		m.Mask = mask
		return m
	case tfexplain.ShapleySampling:
		m.Mask = mask
		return m
	case tfexplain.ExactShapley:
		m.Mask = mask
		return m
	case tfexplain.KernelSHAP:
		m.Mask = mask
		return m
	}
	return method
}
