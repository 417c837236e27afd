package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

type explainCmd struct {
	modelFlags
	targetFlags
	TargetIndex string `placeholder:"I,J" help:"Explain this one entry of the output, T[:,i,j]."`
	methodFlags
	Input      groups  `required:"" placeholder:"[KEY=]FILE" help:"Values to explain: .npy .npz .json .csv .png .jpg. Several files of one input are joined as rows; patterns are expanded: KEY=*.png. KEY may be left out where there is one input, or where a .npz or .json names its arrays by key."`
	ImageScale float64 `placeholder:"F" help:"Number that the 0..255 of pictures are multiplied by. Default: 1/255; inputs of an integer type always get 0..255."`
	Explain    values  `placeholder:"KEY" help:"Inputs to attribute; the others are held at the values given. Default: every float input."`
	Ys         string  `placeholder:"FILE" help:"Weights over the output, one row for each row of the inputs: explains sum(T*ys)."`
	Class      string  `placeholder:"N" help:"Class to explain: a number, argmax (the one the model chose), or all-ones (the sum of all). Default: all-ones."`
	Baseline   groups  `placeholder:"B" help:"What the inputs are compared with, for methods that compare: zeros, mean, a number, or [KEY=]FILE."`
	BatchSize  int     `placeholder:"N" help:"Rows computed at once; bounds memory. Default: all."`
	Predict    string  `placeholder:"OUTPUT" help:"Show this output's largest entry and its value in the table."`
	Percentile float64 `default:"${percentile}" placeholder:"P" help:"Pictures: the colours end at this percentile of |attribution|. Default: ${percentile}."`
	deviceFlags
	Out   values `required:"" placeholder:"FILE" help:"Files to write: .npz, .json, .png."`
	Quiet bool   `short:"q" help:"Print nothing on stdout."`
}

// Help explains the results and gives the examples.
func (explainCmd) Help() string {
	return `Results: .npz and .json hold attributions.KEY (the shape of the input), target_value (the explained number of each row) and, for methods that have them, baseline_value and delta. A .png has for each row the input, its heat map, and both laid over each other.

The table has for each row the class explained, the target value, and "top 5%": the share of sum(|attribution|) that the strongest 5 % of the elements carry, over all explained inputs. If it is near 5 % the attribution is spread evenly; near 100 %, a few elements explain it all. More than 40 rows are cut to the first 20.

Examples:

  tfexplain explain --model DIR --target logits --method 'grad*input' --class argmax --predict probs --input 'image=*.png' --out result.npz sheet.png

  tfexplain explain --model DIR --method gradient --input x=rows.csv --ys weights.npy --batch-size 64 --out result.json

  tfexplain explain --model DIR --method saliency --input image=a.npy meta=b.npy --explain image --target-index 3 --out result.npz

Exit code: 0 all went well, 1 something failed, 2 wrong usage, 3 the model has ops that the method refuses to pass through (tfexplain inspect shows them).`
}

// plan is an explain command whose flags have been understood.
type plan struct {
	method  tfexplain.Method
	model   savedmodel.Options
	options tfexplain.Options
	sig     *savedmodel.Signature
	target  savedmodel.TensorInfo
	in      *inputs
	choice  choice
	out     []outFile
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
	e, err := tfexplain.New(ctx, m, p.method, p.options)
	if err != nil {
		return err
	}
	defer e.Close()
	stop := showProgress(s.err, p.in.rows, func() int64 { return e.Stats().Rows })
	result, err := e.Explain(ctx, p.in.values, p.choice.ys)
	stop()
	if err != nil {
		return err
	}
	table, err := c.summary(ctx, m, p, result)
	if err != nil {
		return err
	}
	for _, f := range p.out {
		if err := f.write(p, result, table, c.Percentile); err != nil {
			return err
		}
	}
	if c.Quiet {
		return nil
	}
	if err := table.print(s.out); err != nil {
		return err
	}
	for _, f := range p.out {
		fmt.Fprintf(s.out, "wrote %s%s\n", f.path, f.note(result))
	}
	return nil
}

// plan understands all flags and reads all files, so that every mistake shows
// before TensorFlow is loaded.
func (c *explainCmd) plan() (*plan, error) {
	var err error
	p := &plan{model: c.options(c.deviceFlags)}
	if p.method, err = c.method(); err != nil {
		return nil, err
	}
	if p.options, err = c.explainOptions(); err != nil {
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
	baselines, err := baselineArgs(p.sig, c.Baseline)
	if err != nil {
		return nil, err
	}
	if err := refuseBaselines(p.method.Name(), baselines); err != nil {
		return nil, err
	}
	if p.choice, err = c.chooseYs(p.target, p.options.TargetIndex); err != nil {
		return nil, err
	}
	if p.in, err = loadInputs(p.sig, c.Input, c.ImageScale); err != nil {
		return nil, err
	}
	p.in.count(p.sig, p.target)
	if err := checkOutPaths(c.Out, append(p.in.files(), c.Ys)); err != nil {
		return nil, err
	}
	p.out, err = openOutFiles(c.Out)
	return p, err
}

func (c *explainCmd) explainOptions() (tfexplain.Options, error) {
	index, err := intList("--target-index", c.TargetIndex, ",")
	if err != nil {
		return tfexplain.Options{}, err
	}
	o := tfexplain.Options{Signature: c.Signature, Target: c.Target, TargetIndex: index, Explain: c.Explain, BatchSize: c.BatchSize}
	return o, o.Validate()
}

// checkKeys looks up the inputs and outputs that flags name.
func (c *explainCmd) checkKeys(sig *savedmodel.Signature) error {
	for _, key := range c.Explain {
		if _, err := sig.Input(key); err != nil {
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

// summary makes the table.
func (c *explainCmd) summary(ctx context.Context, m *savedmodel.Model, p *plan, r *tfexplain.Result) (*summary, error) {
	rows := len(r.Target)
	s := &summary{labels: p.in.labels(rows), target: r.Target, predict: c.Predict, delta: r.Delta, byClass: r.Classes != nil}
	for row := range rows {
		class := p.choice.word
		if r.Classes != nil {
			class = strconv.Itoa(r.Classes[row])
		}
		s.classes = append(s.classes, class)
		share, err := rowShare(r.Attributions, row)
		if err != nil {
			return nil, err
		}
		s.shares = append(s.shares, share)
	}
	if c.Predict == "" {
		return s, nil
	}
	var err error
	s.answers, err = predict(ctx, m, p, c.Predict, rows, c.BatchSize)
	return s, err
}
