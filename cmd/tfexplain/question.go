package main

import (
	"fmt"
	"slices"

	"github.com/tfexplain/tfexplain-go/render"
	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// questionFlags choose what is explained, of which inputs, and by which methods.
type questionFlags struct {
	modelFlags
	targetFlags
	TargetIndex string  `placeholder:"I,J" help:"Explain this one entry of the output, T[:,i,j]."`
	Method      values  `required:"" aliases:"methods" placeholder:"M" help:"Method, such as grad*input (quote the star); several are compared: --method elrp deeplift. tfexplain methods lists them."`
	Param       values  `placeholder:"NAME=VALUE" help:"Parameter of the methods that have it; may be repeated."`
	Input       groups  `required:"" placeholder:"[KEY=]FILE" help:"Values to explain: .npy .npz .json .csv .png .jpg. Several files of one input are joined as rows; patterns are expanded: KEY=*.png. KEY may be left out where there is one input, or where a .npz or .json names its arrays by key."`
	ImageScale  float64 `placeholder:"F" help:"Number that the 0..255 of pictures are multiplied by. Default: 1/255; inputs of an integer type always get 0..255."`
	Explain     values  `placeholder:"KEY" help:"Inputs to attribute; the others are held at the values given. Also a tensor inside the model: 'embedding of KEY', a node (dense/BiasAdd, split:1) or a layer (dense). Default: every float input, or, if there is none, every input of ids."`
	Ys          string  `placeholder:"FILE" help:"Weights over the output, one row for each row of the inputs: explains sum(T*ys)."`
	Class       values  `placeholder:"N" help:"Class to explain: a number, argmax (the one the model chose), top3 (the three with the largest values, or as many as you say), or all-ones (the sum of all). explain takes several, each on its own. Default: all-ones."`
	Versus      string  `placeholder:"M" help:"Explain what speaks for class N and not for class M: T[:,N] - T[:,M]."`
	Baseline    groups  `placeholder:"[KEY=]B" help:"What inputs are compared with, for methods that compare: zeros (the default), mean (of the rows of --input), a number, or a FILE with one row for all, or one for each row."`
	Mask        groups  `placeholder:"[KEY=]FILE" help:"Groups of features, for ablation, shapley, exact-shapley and kernelshap: whole numbers (.npy .npz .json .csv, or a gray .png) of the shape of a row or of all rows. Elements with one number, also in several inputs, are hidden together."`
	Fallback    values  `name:"allow-gradient-fallback" placeholder:"OP" help:"Op types, or all, at which the plain gradient may stand in where a method has no rule. The summary says where it did."`
	Recorded    bool    `name:"ignore-custom-gradients" help:"Take the gradient of the recorded ops where the model registered one of its own (tf.custom_gradient), which methods made of gradients otherwise apply."`
	deviceFlags
}

// plan is a command whose flags have been understood.
type plan struct {
	methods  []chosenMethod
	model    savedmodel.Options
	options  tfexplain.Options // of every method
	sig      *savedmodel.Signature
	target   savedmodel.TensorInfo
	in       *inputs
	baseline *baseline
	words    words
	choices  []choice // what is explained, one after the other
	files    []string // that were read
	out      []outFile
	made     []render.Fact // for a report
	plot     string        // what a .png shows

	maskPerRow bool // rows have masks of their own

	bar *progress // while methods run
}

// choose understands the flags that need no files.
func (c *questionFlags) choose(batch int) (*plan, error) {
	var err error
	p := &plan{model: c.modelFlags.options(c.deviceFlags)}
	c.Method, c.Class = atCommas(c.Method), atCommas(c.Class)
	if p.methods, err = chooseMethods(c.Method, c.Param); err != nil {
		return nil, err
	}
	index, err := intList("--target-index", c.TargetIndex, ",")
	if err != nil {
		return nil, err
	}
	p.options = tfexplain.Options{Signature: c.Signature, Target: c.Target, TargetIndex: index, Explain: c.Explain, BatchSize: batch, IgnoreCustomGradients: c.Recorded}
	for _, op := range c.Fallback {
		if op == "all" {
			op = "*" // as the library spells it
		}
		p.options.AllowGradientFallback = append(p.options.AllowGradientFallback, op)
	}
	if c.ImageScale < 0 {
		return nil, usagef("--image-scale %v: wanted a number above 0", c.ImageScale)
	}
	return p, p.options.Validate()
}

// read reads the model's signature and all files.
func (c *questionFlags) read(p *plan, baselines groups) (err error) {
	if p.sig, err = c.modelFlags.read(p.model, c.targetFlags); err != nil {
		return err
	}
	p.model.Signatures = []string{p.sig.Name}
	if p.target, err = chosenOutput(p.sig, c.Target); err != nil {
		return err
	}
	for _, key := range c.Explain { // what is no input may be a tensor inside the model
		if _, err := p.sig.Input(key); err != nil && !isAny[*savedmodel.KeyError](err) {
			return fmt.Errorf("--explain: %w", err)
		}
	}
	if p.choices, err = c.chooseYs(p.target, p.options.TargetIndex); err != nil {
		return err
	}
	if p.in, err = loadInputs(p.sig, c.Input, c.ImageScale); err != nil {
		return err
	}
	p.in.count(p.sig, p.target)
	if p.baseline, err = c.readBaseline(p.sig, p.in, baselines); err != nil {
		return err
	}
	masks, perRow, err := readMasks(c.Mask, p.sig, p.in, p.in.explained(p.sig, c.Explain), p.methods, c.Param)
	p.files = slices.Concat(p.in.files(), p.baseline.paths, masks, []string{c.Ys})
	p.maskPerRow = perRow
	return err
}
