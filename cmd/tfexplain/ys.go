package main

import (
	"fmt"
	"strconv"

	"github.com/tfexplain/tfexplain-go/internal/tensorfile"
	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// choice is what is explained of the target: the weights, and a word for them
// in the summary where no class is named.
type choice struct {
	ys   tfexplain.Ys
	word string
}

// chooseYs reads --class, --ys and --target-index, of which one at most may be
// given.
func (c *explainCmd) chooseYs(target savedmodel.TensorInfo, index []int) (choice, error) {
	switch {
	case c.Ys != "" && c.Class != "":
		return choice{}, usagef("--ys and --class exclude each other: both say what of the target is explained")
	case len(index) > 0 && c.Ys != "":
		return choice{}, usagef("--target-index and --ys exclude each other: both say what of the target is explained")
	case len(index) > 0 && c.Class != "":
		return choice{}, usagef("--target-index and --class exclude each other: both say what of the target is explained")
	case len(index) > 0:
		return choice{word: "[" + sizes(index, ",") + "]"}, nil
	case c.Ys != "":
		return c.readYs(target)
	}
	switch c.Class {
	case "", "all-ones":
		return choice{word: "all"}, nil
	case "argmax":
		return choice{ys: tfexplain.Argmax()}, nil
	}
	k, err := strconv.Atoi(c.Class)
	if err != nil || k < 0 {
		return choice{}, usagef("--class %q: wanted a class from 0, argmax, or all-ones", c.Class)
	}
	return choice{ys: tfexplain.Class(k)}, nil
}

func (c *explainCmd) readYs(target savedmodel.TensorInfo) (choice, error) {
	spec := tensorfile.Spec{}
	if target.KnownRank && len(target.Shape) > 0 {
		spec.Shape = append([]int{-1}, target.Shape[1:]...)
	}
	w, err := tensorfile.Read(c.Ys, spec)
	if err != nil {
		return choice{}, fmt.Errorf("--ys: %w", err)
	}
	return choice{ys: tfexplain.Weights(w), word: "weights"}, nil
}

// chosenOutput is the output that is explained; without a name, the only one.
func chosenOutput(sig *savedmodel.Signature, name string) (savedmodel.TensorInfo, error) {
	if name == "" && len(sig.Outputs) != 1 {
		return savedmodel.TensorInfo{}, usagef("--target is needed: the signature has the outputs %s", keys(sig.Outputs))
	}
	if name == "" {
		return sig.Outputs[0], nil
	}
	return sig.Output(name)
}
