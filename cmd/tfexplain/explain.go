package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

type explainCmd struct {
	modelFlags
	targetFlags
	TargetIndex string   `placeholder:"I,J" help:"Explain this one entry of the output, T[:,i,j]."`
	Method      values   `required:"" placeholder:"M" help:"Method, such as grad*input (quote the star); several are compared. tfexplain methods lists them."`
	Param       values   `placeholder:"NAME=VALUE" help:"Parameter of the methods that have it; may be repeated."`
	Input       groups   `required:"" placeholder:"[KEY=]FILE" help:"Values to explain: .npy .npz .json .csv .png .jpg. Several files of one input are joined as rows; patterns are expanded: KEY=*.png. KEY may be left out where there is one input, or where a .npz or .json names its arrays by key."`
	ImageScale  float64  `placeholder:"F" help:"Number that the 0..255 of pictures are multiplied by. Default: 1/255; inputs of an integer type always get 0..255."`
	Explain     values   `placeholder:"KEY" help:"Inputs to attribute; the others are held at the values given. Also a tensor inside the model: 'embedding of KEY', a node (dense/BiasAdd, split:1) or a layer (dense). Default: every float input, or, if there is none, every input of ids."`
	Vocab       groups   `placeholder:"[KEY=]FILE" help:"Words of an input of ids, one a line; the first line is id 0."`
	Ys          string   `placeholder:"FILE" help:"Weights over the output, one row for each row of the inputs: explains sum(T*ys)."`
	Class       string   `placeholder:"N" help:"Class to explain: a number, argmax (the one the model chose), or all-ones (the sum of all). Default: all-ones."`
	Versus      string   `placeholder:"M" help:"Explain what speaks for class N and not for class M: T[:,N] - T[:,M]."`
	Baseline    groups   `placeholder:"[KEY=]B" help:"What inputs are compared with, for methods that compare: zeros (the default), mean (of the rows of --input), a number, or a FILE with one row for all, or one for each row."`
	Baselines   groups   `placeholder:"[KEY=]FILE" help:"A set of references, one a row: the attributions are averaged over them."`
	MaxDelta    *float64 `placeholder:"D" help:"Fail if the attributions of a row miss the difference from the baseline by more than D, in units of the target."`
	Fallback    values   `name:"allow-gradient-fallback" placeholder:"OP" help:"Op types, or all, at which the plain gradient may stand in where a method has no rule. The summary says where it did."`
	BatchSize   int      `placeholder:"N" help:"Rows computed at once; bounds memory. Default: all."`
	Predict     string   `placeholder:"OUTPUT" help:"Show this output's largest entry and its value in the table."`
	Percentile  float64  `default:"${percentile}" placeholder:"P" help:"Pictures: the colours end at this percentile of |attribution|. Default: ${percentile}."`
	deviceFlags
	Out   values `required:"" placeholder:"FILE" help:"Files to write: .npz, .json, .png."`
	Quiet bool   `short:"q" help:"Print nothing on stdout."`
}

// Help explains the results and gives the examples.
func (explainCmd) Help() string {
	return `Results: .npz and .json hold attributions.KEY (the shape of the input), target_value (the explained number f(x) of each row) and, for methods that compare with a baseline x0, baseline_value (f(x0)) and delta. With several methods each name starts with the method: deeplift.delta. A .png has a line for each row: with one method the input, its heat map, and both laid over each other; with several the input and the heat map of each.

For an input of ids or strings, .json also has tokens.KEY: for each row a list of {"token": id or string, "word": with --vocab, "attribution": summed over the embedding}. The terminal shows the strongest tokens of each row.

The table has for each row and method: sum, of all attributions of the row. delta = sum - (f(x) - f(x0)): how far they are from adding up. If one method compares with a baseline, the delta of the others is taken against that baseline too; for saliency and gradient, which are slopes and no contributions, it means little. "top 5%": the share of sum(|attribution|) that the strongest 5 % of the elements carry; near 5 % all count alike, near 100 % a few explain it all. More than 40 rows are cut to the first 20.

Examples:

  tfexplain explain --model DIR --target logits --method 'grad*input' --class argmax --predict probs --input 'image=*.png' --out result.npz sheet.png

  tfexplain explain --model DIR --target logits --method 'grad*input' elrp deeplift --class 8 --versus 3 --input 8.png --out compared.png

  tfexplain explain --model DIR --method deeplift --baselines background.npy --max-delta 1e-3 --input x=rows.csv --ys weights.npy --batch-size 64 --out result.json

  tfexplain explain --model DIR --method deeplift --baseline image=black.png meta=mean --input image=a.npy meta=b.npy --out result.npz

  tfexplain explain --model DIR --method deeplift --class argmax --input ids.json --vocab vocab.txt --out tokens.json

  tfexplain explain --model DIR --method deeplift --explain 'embedding of tokens' --baseline 'embedding of tokens=zeros' --input ids.json --out out.npz

Exit code: 0 all went well, 1 something failed, 2 wrong usage, 3 the model has ops that the method refuses to pass through (tfexplain inspect shows them).`
}

// plan is an explain command whose flags have been understood.
type plan struct {
	methods  []chosenMethod
	model    savedmodel.Options
	options  tfexplain.Options // of every method
	sig      *savedmodel.Signature
	target   savedmodel.TensorInfo
	in       *inputs
	baseline *baseline
	words    words
	choice   choice
	out      []outFile
}

// Run implements the command.
func (c *explainCmd) Run(ctx context.Context, s *streams) error {
	p, err := c.plan()
	if err != nil {
		return err
	}
	m, err := c.load(ctx, p.model)
	if err != nil {
		return err
	}
	defer m.Close()
	runs, err := p.run(ctx, m, s.err)
	if err != nil {
		return err
	}
	table, err := c.summary(ctx, m, p, runs)
	if err != nil {
		return err
	}
	for _, f := range p.out {
		if err := f.write(p, runs, table, c.Percentile); err != nil {
			return err
		}
	}
	if c.Quiet {
		return nil
	}
	if err := table.print(s.out); err != nil {
		return err
	}
	if err := p.printTokens(s.out, runs, table); err != nil {
		return err
	}
	for _, f := range p.out {
		fmt.Fprintf(s.out, "wrote %s%s\n", f.path, f.note(runs[0].result))
	}
	return nil
}

// plan understands all flags and reads all files, so that every mistake shows
// before TensorFlow is loaded.
func (c *explainCmd) plan() (*plan, error) {
	var err error
	p := &plan{model: c.options(c.deviceFlags)}
	if p.methods, err = chooseMethods(c.Method, c.Param); err != nil {
		return nil, err
	}
	if p.options, err = c.explainOptions(p.methods); err != nil {
		return nil, err
	}
	if !(c.Percentile > 0 && c.Percentile <= 100) {
		return nil, usagef("--percentile %v: wanted a number above 0, up to 100", c.Percentile)
	}
	if c.ImageScale < 0 {
		return nil, usagef("--image-scale %v: wanted a number above 0", c.ImageScale)
	}
	if err := checkOutPaths(c.Out, nil); err != nil {
		return nil, err
	}
	if p.sig, err = c.read(p.model, c.targetFlags); err != nil {
		return nil, err
	}
	if p.target, err = chosenOutput(p.sig, c.Target); err != nil {
		return nil, err
	}
	if err := c.checkKeys(p.sig); err != nil {
		return nil, err
	}
	if p.choice, err = c.chooseYs(p.target, p.options.TargetIndex); err != nil {
		return nil, err
	}
	if p.in, err = loadInputs(p.sig, c.Input, c.ImageScale); err != nil {
		return nil, err
	}
	p.in.count(p.sig, p.target)
	if p.words, err = readWords(p.sig, p.in, c.Vocab); err != nil {
		return nil, err
	}
	if p.baseline, err = c.readBaseline(p.sig, p.in, p.methods); err != nil {
		return nil, err
	}
	if err := checkOutPaths(c.Out, slices.Concat(p.in.files(), p.baseline.paths, p.words.paths, []string{c.Ys})); err != nil {
		return nil, err
	}
	p.out, err = openOutFiles(c.Out)
	return p, err
}

// explainOptions are the options that all methods share.
func (c *explainCmd) explainOptions(methods []chosenMethod) (tfexplain.Options, error) {
	index, err := intList("--target-index", c.TargetIndex, ",")
	if err != nil {
		return tfexplain.Options{}, err
	}
	o := tfexplain.Options{Signature: c.Signature, Target: c.Target, TargetIndex: index, Explain: c.Explain, BatchSize: c.BatchSize}
	for _, op := range c.Fallback {
		if op == "all" {
			op = "*" // as the library spells it
		}
		o.AllowGradientFallback = append(o.AllowGradientFallback, op)
	}
	if c.MaxDelta != nil {
		if o.MaxDelta = *c.MaxDelta; !(o.MaxDelta > 0) {
			return o, usagef("--max-delta %v: wanted a number above 0", o.MaxDelta)
		}
		if !compares(methods) {
			return o, usagef("--max-delta: %s has no delta, since it compares with nothing; leave it out, or choose a method that has a baseline (tfexplain methods)", namesOf(methods))
		}
	}
	return o, o.Validate()
}

// checkKeys looks up the inputs and outputs that flags name. What is no input may
// be a tensor inside the model.
func (c *explainCmd) checkKeys(sig *savedmodel.Signature) error {
	for _, key := range c.Explain {
		if _, err := sig.Input(key); err != nil && !isAny[*savedmodel.KeyError](err) {
			return fmt.Errorf("--explain: %w", err)
		}
	}
	if c.Predict != "" {
		if _, err := sig.Output(c.Predict); err != nil {
			return fmt.Errorf("--predict: %w", err)
		}
	}
	return nil
}
