package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

type explainCmd struct {
	questionFlags
	Vocab      groups   `placeholder:"[KEY=]FILE" help:"Words of an input of ids, one a line; the first line is id 0."`
	Baselines  groups   `placeholder:"[KEY=]FILE" help:"A set of references, one a row: the attributions are averaged over them."`
	MaxDelta   *float64 `placeholder:"D" help:"Fail if the attributions of a row miss the difference from the baseline by more than D, in units of the target."`
	BatchSize  int      `placeholder:"N" help:"Rows computed at once; bounds memory. Default: what fits into memory, at most 32 for methods that compute many rows for each (tfexplain methods)."`
	Predict    string   `placeholder:"OUTPUT" help:"Show this output's largest entry and its value in the table."`
	Percentile float64  `default:"${percentile}" placeholder:"P" help:"Pictures: the colours end at this percentile of |attribution|. Default: ${percentile}."`
	Plot       string   `enum:"auto,heatmap,bars,waterfall" default:"auto" placeholder:"KIND" help:"What a .png shows: heatmap (for pictures and sequences), bars (the strongest numbers, categories or words), or waterfall (how they lead from the answer at the baseline to the answer). Default: auto, a heatmap if an input is a picture or a sequence, else bars."`
	Out        values   `required:"" placeholder:"FILE" help:"Files to write: .npz, .json, .png, .html."`
	Quiet      bool     `short:"q" help:"Print nothing on stdout."`
}

// Help explains the results and gives the examples.
func (explainCmd) Help() string {
	return `Results: .npz and .json hold attributions.KEY (the shape of the input), target_value (the explained number f(x) of each row) and, for methods that compare with a baseline x0, baseline_value (f(x0)) and delta. With several methods each name starts with the method: deeplift.delta. ablation, shapley, exact-shapley and kernelshap also have players.values, one for each row and feature or group, and players.stderr (standard errors), players.ids (numbers of the --mask) and players.coalitions. A .png has a line for each row and class: of pictures, with one method the input, its heat map, and both laid over each other, with several the input and the heat map of each; of numbers and words a chart for each method (--plot). A .html is a report in one file that loads nothing: for each row and method pictures with the heat map over them, tokens in colour, or bars for numbers; the methods' parameters; and what it was made from.

For an input of ids or strings, .json also has tokens.KEY: for each row a list of {"token": id or string, "word": with --vocab, "attribution": summed over the embedding}. With several classes (--class 3 5, or top3) names start with the class, too: class3.deeplift.delta, top2.deeplift.delta; classes are those explained, row by row. The terminal shows the strongest tokens of each row.

The table has for each row and method: sum, of all attributions of the row. delta = sum - (f(x) - f(x0)): how far they are from adding up. If one method compares with a baseline, the delta of the others is taken against that baseline too; for saliency and gradient, which are slopes and no contributions, it means little. Nothing binds the sum of occlusion and ablation either: parts that stand in for each other lose nothing alone. "top 5%": the share of sum(|attribution|) that the strongest 5 % of the elements carry; near 5 % all count alike, near 100 % a few explain it all. More than 40 rows are cut to the first 20.

Examples:

  tfexplain explain --model DIR --target logits --method 'grad*input' --class argmax --predict probs --input 'image=*.png' --out result.npz report.html

  tfexplain explain --model DIR --target logits --method 'grad*input' elrp deeplift --class 8 --versus 3 --input 8.png --out compared.png

  tfexplain explain --model DIR --method deeplift --baselines background.npy --max-delta 1e-3 --input x=rows.csv --ys weights.npy --batch-size 64 --out result.json

  tfexplain explain --model DIR --method deeplift --baseline image=black.png meta=mean --input image=a.npy meta=b.npy --out result.npz

  tfexplain explain --model DIR --method occlusion shapley --param window=8,8 stride=4 samples=50 --mask superpixels.png --class argmax --input photo.png --out compared.png

  tfexplain explain --model DIR --method deeplift --class argmax --input ids.json --vocab vocab.txt --out tokens.json

  tfexplain explain --model DIR --method shapley --class top3 --baseline mean --input customers.csv --out report.html

  tfexplain explain --model DIR --method deeplift --class 1 --baseline mean --input customers.csv --plot waterfall --out why.png

  tfexplain explain --model DIR --method deeplift --explain 'embedding of tokens' --baseline 'embedding of tokens=zeros' --input ids.json --out out.npz

Exit code: 0 all went well, 1 something failed, 2 wrong usage, 3 the model has ops that the method refuses to pass through (tfexplain inspect shows them).`
}

// Run implements the command.
func (c *explainCmd) Run(ctx context.Context, s *streams) (err error) {
	p, err := c.plan()
	if err != nil {
		return err
	}
	m, err := c.load(ctx, p.model)
	if err != nil {
		return err
	}
	defer m.Close()
	explainers, err := p.compile(ctx, m)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, explainers.Close()) }()
	runs, err := p.run(ctx, explainers, s.err)
	if err != nil {
		return err
	}
	found, err := c.explanations(ctx, m, p, runs)
	if err != nil {
		return err
	}
	if p.writes(".html") {
		if p.made, err = c.provenance(m, p); err != nil {
			return err
		}
	}
	if p.plot, err = p.chosenPlot(c.Plot, found, c.Percentile); err != nil {
		return err
	}
	for _, f := range p.out {
		if err := f.write(p, found, c.Percentile); err != nil {
			return err
		}
	}
	if c.Quiet {
		return nil
	}
	if err := printTable(s.out, found); err != nil {
		return err
	}
	if err := p.printTokens(s.out, found); err != nil {
		return err
	}
	for _, note := range append(notFinite(found), c.defaultNotes(p)...) {
		fmt.Fprintln(s.out, note)
	}
	for _, f := range p.out {
		fmt.Fprintf(s.out, "wrote %s%s\n", f.path, f.note(p, found))
	}
	return nil
}

// plan understands all flags and reads all files, so that every mistake shows
// before TensorFlow is loaded.
func (c *explainCmd) plan() (*plan, error) {
	p, err := c.choose(c.BatchSize)
	if err != nil {
		return nil, err
	}
	if err := c.checkComparison(p); err != nil {
		return nil, err
	}
	if !(c.Percentile > 0 && c.Percentile <= 100) {
		return nil, usagef("--percentile %v: wanted a number above 0, up to 100", c.Percentile)
	}
	if err := checkOutPaths(c.Out, nil, outSuffixes()); err != nil {
		return nil, err
	}
	if err := c.checkPlot(p); err != nil {
		return nil, err
	}
	if err := c.read(p, c.Baselines); err != nil {
		return nil, err
	}
	if c.Predict != "" {
		if _, err := p.sig.Output(c.Predict); err != nil {
			return nil, fmt.Errorf("--predict: %w", err)
		}
	}
	if p.words, err = readWords(p.sig, p.in, c.Vocab); err != nil {
		return nil, err
	}
	if err := checkOutPaths(c.Out, slices.Concat(p.files, p.words.paths), outSuffixes()); err != nil {
		return nil, err
	}
	p.out, err = openOutFiles(c.Out)
	return p, err
}

// checkComparison refuses what is about a baseline where no method compares
// with one.
func (c *explainCmd) checkComparison(p *plan) error {
	if c.MaxDelta != nil {
		if p.options.MaxDelta = *c.MaxDelta; !(p.options.MaxDelta > 0) {
			return usagef("--max-delta %v: wanted a number above 0", p.options.MaxDelta)
		}
	}
	if compares(p.methods) {
		return nil
	}
	if c.MaxDelta != nil {
		return usagef("--max-delta: %s has no delta, since it compares with nothing; leave it out, or choose a method that has a baseline (tfexplain methods)", namesOf(p.methods))
	}
	for _, f := range []struct {
		flag  string
		words groups
	}{{"--baseline", c.Baseline}, {"--baselines", c.Baselines}} {
		if len(f.words) > 0 {
			return usagef("%s: %s compares with nothing; leave %s out, or choose a method that has a baseline (tfexplain methods)", f.flag, namesOf(p.methods), f.flag)
		}
	}
	return nil
}
