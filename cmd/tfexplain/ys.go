package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tfexplain/tfexplain-go/internal/tensorfile"
	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// choice is what is explained of the target: the weights, and a word for them
// in the summary where no class is named.
type choice struct {
	ys   tfexplain.Ys
	word string
	name string // in front of the names of results, where there are several

	given  *tensor.Tensor // the weights of --ys
	versus []int          // two classes: f(x) is that of the first less that of the second
}

// colours says what red and blue speak for where two classes are compared; empty
// where not.
func (c choice) colours() string {
	if c.versus == nil {
		return ""
	}
	n, m := c.versus[0], c.versus[1]
	return fmt.Sprintf("Red speaks for %d and against %d, blue for %d and against %d.", n, m, m, n)
}

// chooseYs reads --class, --versus, --ys and --target-index.
func (c *questionFlags) chooseYs(target savedmodel.TensorInfo, index []int) ([]choice, error) {
	exclude := func(a, b string) error {
		return usagef("%s and %s exclude each other: both say what of the target is explained", a, b)
	}
	one := choice{word: "all"}
	var err error
	switch {
	case c.Ys != "" && len(c.Class) > 0:
		err = exclude("--ys", "--class")
	case len(index) > 0 && c.Ys != "":
		err = exclude("--target-index", "--ys")
	case len(index) > 0 && len(c.Class) > 0:
		err = exclude("--target-index", "--class")
	case c.Versus != "":
		one, err = c.twoClasses(target)
	case len(index) > 0:
		one.word = "[" + sizes(index, ",") + "]"
	case c.Ys != "":
		one, err = c.readYs(target)
	case len(c.Class) > 0:
		return chooseClasses(c.Class, target)
	}
	return []choice{one}, err
}

// chooseClasses reads --class.
func chooseClasses(words []string, target savedmodel.TensorInfo) (all []choice, err error) {
	for _, w := range words {
		list, err := classChoices(w, target)
		if err != nil {
			return nil, err
		}
		for _, one := range list {
			if slices.ContainsFunc(all, func(c choice) bool { return c.name == one.name }) {
				return nil, usagef("--class %s: another word of --class explains this class, too", w)
			}
			all = append(all, one)
		}
	}
	return all, nil
}

// classChoices reads one word of --class.
func classChoices(w string, target savedmodel.TensorInfo) ([]choice, error) {
	const wanted = "a class from 0, argmax, top3 (or another number), or all-ones"
	ranks, isTop := 1, w == "argmax"
	if after, ok := strings.CutPrefix(w, "top"); ok {
		n, err := strconv.Atoi(after)
		if err != nil || n < 1 {
			return nil, usagef("--class %s: wanted %s", word(w), wanted)
		}
		ranks, isTop = n, true
	}
	switch {
	case w == "all-ones":
		return []choice{{word: "all", name: "all"}}, nil
	case !isTop:
		k, _, err := classNumber("--class", w, target, wanted)
		return []choice{{ys: tfexplain.Class(k), name: fmt.Sprintf("class%d", k)}}, err
	}
	classes, err := classesOf("--class "+w, target)
	if err == nil && classes >= 0 && ranks > classes {
		err = usagef("--class %s: %s has %d classes", w, target.Key, classes)
	}
	if err != nil {
		return nil, err
	}
	var list []choice
	for r := range ranks {
		list = append(list, choice{ys: tfexplain.TopClass(r + 1), name: fmt.Sprintf("top%d", r+1)})
	}
	return list, nil
}

// twoClasses reads --class N --versus M.
func (c *questionFlags) twoClasses(target savedmodel.TensorInfo) (choice, error) {
	if len(c.Class) != 1 || !isNumber(c.Class[0]) {
		return choice{}, usagef("--versus %s needs the number of another class: --class N --versus %s", c.Versus, c.Versus)
	}
	wanted := "a class from 0"
	n, classes, err := classNumber("--class", c.Class[0], target, wanted)
	if err != nil {
		return choice{}, err
	}
	m, _, err := classNumber("--versus", c.Versus, target, wanted)
	if err != nil {
		return choice{}, err
	}
	if n == m {
		return choice{}, usagef("--versus %d: wanted another class than --class %d", m, n)
	}
	if classes < 0 {
		return choice{}, usagef("--versus: the signature leaves open how many classes %s has; give the weights with --ys", target.Key)
	}
	return choice{ys: tfexplain.Versus(n, m), versus: []int{n, m}, word: fmt.Sprintf("%d vs %d", n, m)}, nil
}

// classNumber reads a class. It also gives the number of classes, -1 if the
// signature leaves it open.
func classNumber(flag, text string, target savedmodel.TensorInfo, wanted string) (k, classes int, err error) {
	k, err = strconv.Atoi(text)
	if err != nil || k < 0 {
		return 0, 0, usagef("%s %s: wanted %s", flag, word(text), wanted)
	}
	classes, err = classesOf(flag+" "+text, target)
	if err == nil && classes >= 0 && k >= classes {
		err = usagef("%s %d: wanted a class from 0 to %d", flag, k, classes-1)
	}
	return k, classes, err
}

// classesOf is how many classes the target has, -1 if the signature leaves it
// open.
func classesOf(flag string, target savedmodel.TensorInfo) (int, error) {
	switch {
	case !target.KnownRank:
		return -1, nil
	case len(target.Shape) != 2:
		help := "choose an entry with --target-index, or weights with --ys"
		if target.KnownRank && len(target.Shape) == 1 {
			help = "leave it out: that is one number for each row"
		}
		return 0, usagef("%s: a class needs a target of shape [N classes], and %s is %s; %s", flag, target.Key, describe(target), help)
	}
	return target.Shape[1], nil
}

func (c *questionFlags) readYs(target savedmodel.TensorInfo) (choice, error) {
	spec := tensorfile.Spec{}
	if target.KnownRank && len(target.Shape) > 0 {
		spec.Shape = append([]int{-1}, target.Shape[1:]...)
	}
	w, err := tensorfile.Read(c.Ys, spec)
	if err != nil {
		return choice{}, fmt.Errorf("--ys: %w", err)
	}
	return choice{ys: tfexplain.Weights(w), given: w, word: "weights"}, nil
}

// chosenOutput is the output that is explained, or what is known of a tensor
// inside the model; without a name, the only output.
func chosenOutput(sig *savedmodel.Signature, name string) (savedmodel.TensorInfo, error) {
	if name == "" && len(sig.Outputs) != 1 {
		return savedmodel.TensorInfo{}, usagef("--target is needed: the signature has the outputs %s", keys(sig.Outputs))
	}
	if name == "" {
		return sig.Outputs[0], nil
	}
	info, err := sig.Output(name)
	if isAny[*savedmodel.KeyError](err) {
		return savedmodel.TensorInfo{Key: name}, nil // inside the model: its shape is not known yet
	}
	return info, err
}
