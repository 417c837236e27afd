package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain/metrics"
)

type evaluateCmd struct {
	questionFlags
	Metric        values  `name:"metrics" placeholder:"M" help:"Metrics, of sensitivity-n, deletion, insertion, infidelity, max-sensitivity and completeness. Default: all; max-sensitivity only where an input is a float."`
	GroupChannels bool    `help:"Take the last axis of images and sequences for channels that are removed together."`
	Subsets       int     `default:"100" placeholder:"N" help:"Sensitivity-n: random subsets of each size. Default: 100."`
	Radius        float64 `default:"0.02" placeholder:"R" help:"Max-sensitivity: the largest change of an element, in units of the input. Default: 0.02."`
	Seed          uint64  `default:"0" placeholder:"N" help:"Chooses the random perturbations. Default: 0."`
	BatchSize     int     `default:"64" placeholder:"N" help:"Rows computed at once; bounds memory. Default: 64."`
	Out           values  `placeholder:"FILE" help:"Files to write: .json with all numbers, .png with the curves of Sensitivity-n."`
	Quiet         bool    `short:"q" help:"Print nothing on stdout."`
}

// Help explains the metrics and gives the examples.
func (evaluateCmd) Help() string {
	return `How good are the attributions? Each method explains the inputs; then features are removed (set to --baseline, zeros by default) and the model is asked again. The numbers are means over the rows, where nothing else is said:

  sensitivity-n    r: correlation of the attributions of removed features with what removing them did, for random sets of n features, from -1 to 1; for the smallest n, the largest, and the mean over all. Higher is better.
  deletion         area under the answer while features are removed, strongest first. Lower is better.
  insertion        the same while they are brought back. Higher is better.
  infidelity       mean square of what attributions get wrong when a random square or run is removed. Lower is better.
  max-sensitivity  how far attributions move, relative to their size, when the input moves by --radius. Lower is better.
  completeness     largest |sum of attributions - (f(x) - f(baseline))| of a row. 0 for methods that add up.

A - stands where a number is not defined, and a line under the table says how often r was not: where attributions or answers do not vary. Deletion, insertion and completeness are in units of the target, infidelity in their square; saliency, gradient and smoothgrad are judged there as slopes, times the change of the input. A row and a seed give the same perturbations for all methods.

Examples:

  tfexplain evaluate --model DIR --target logits --class argmax --methods 'grad*input',elrp,deeplift --input 'image=*.png' --out curves.png table.json

  tfexplain evaluate --model DIR --target probs --class 3 --methods deeplift --metrics deletion insertion --group-channels --baseline mean --input x.npy

Exit code: 0 all went well, 1 something failed, 2 wrong usage, 3 the model has ops that the method refuses to pass through (tfexplain inspect shows them).`
}

// evaluation is an evaluate command whose flags have been understood.
type evaluation struct {
	*plan
	metrics []metric
	cmd     *evaluateCmd
}

// Run implements the command.
func (c *evaluateCmd) Run(ctx context.Context, s *streams) (err error) {
	e, err := c.plan()
	if err != nil {
		return err
	}
	m, err := c.load(ctx, e.model)
	if err != nil {
		return err
	}
	defer m.Close()
	explainers, err := e.compile(ctx, m)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, explainers.Close()) }()
	all, err := e.run(ctx, explainers, s.err)
	if err != nil {
		return err
	}
	runs := all[0]
	r := &report{Model: c.Model, Target: e.target.Key, Rows: e.in.rows}
	for i, run := range runs {
		j := e.judge(explainers[i], run)
		scores := methodScores{Method: run.method.Name(), Fallbacks: run.result.Fallbacks}
		for _, metric := range e.metrics {
			v, err := metric.measure(ctx, j)
			if err != nil {
				return fmt.Errorf("%s of %s: %w", metric.name, run.method.Name(), err)
			}
			scores.Metrics = append(scores.Metrics, namedMeasurement{metric.name, v})
		}
		r.Methods = append(r.Methods, scores)
	}
	for _, f := range e.out {
		if err := r.write(f); err != nil {
			return err
		}
	}
	if c.Quiet {
		return nil
	}
	if err := r.print(s.out); err != nil {
		return err
	}
	for _, f := range e.out {
		fmt.Fprintf(s.out, "wrote %s\n", f.path)
	}
	return nil
}

// plan understands all flags and reads all files.
func (c *evaluateCmd) plan() (*evaluation, error) {
	c.Metric = atCommas(c.Metric)
	if c.BatchSize < 1 {
		return nil, usagef("--batch-size %d: wanted at least 1 row", c.BatchSize)
	}
	if c.Subsets < 2 {
		return nil, usagef("--subsets %d: wanted at least 2; fewer have no correlation", c.Subsets)
	}
	if !(c.Radius > 0) {
		return nil, usagef("--radius %v: wanted a number above 0", c.Radius)
	}
	p, err := c.choose(c.BatchSize)
	if err != nil {
		return nil, err
	}
	e := &evaluation{plan: p, cmd: c}
	if e.metrics, err = chooseMetrics(c.Metric); err != nil {
		return nil, err
	}
	suffixes := []string{".json", ".png"}
	if err := checkOutPaths(c.Out, nil, suffixes); err != nil {
		return nil, err
	}
	for _, path := range c.Out {
		if suffix(path) == ".png" && !slices.ContainsFunc(e.metrics, isSensitivityN) {
			return nil, usagef("--out %s: the picture shows the curves of sensitivity-n; add it to --metrics", path)
		}
	}
	if err := c.read(p, nil); err != nil {
		return nil, err
	}
	if len(p.choices) > 1 {
		return nil, usagef("--class %s: wanted one class here; explain takes several", strings.Join(c.Class, " "))
	}
	if p.maskPerRow { // max-sensitivity explains rows many times over
		return nil, usagef("--mask: wanted one mask for all rows here; explain takes one for each")
	}
	for _, key := range c.Explain {
		if _, err := p.sig.Input(key); err != nil {
			return nil, usagef("--explain %s: wanted inputs, which are %s: a feature is removed by feeding another value", word(key), keys(p.sig.Inputs))
		}
	}
	if len(c.Metric) == 0 && !e.movable() {
		e.metrics = slices.DeleteFunc(e.metrics, func(m metric) bool { return m.name == maxSensitivity })
	}
	if err := checkOutPaths(c.Out, p.files, suffixes); err != nil {
		return nil, err
	}
	p.out, err = openOutFiles(c.Out)
	return e, err
}

// movable says whether an explained input can move a little.
func (e *evaluation) movable() bool {
	return slices.ContainsFunc(e.in.explained(e.sig, e.cmd.Explain), func(key string) bool {
		return e.in.values[key] != nil && e.in.values[key].DType().IsFloat()
	})
}

// data is what the metrics judge of a method.
func (e *evaluation) data(attributions map[string]*tensor.Tensor) metrics.Data {
	d := metrics.Data{Inputs: map[string]*tensor.Tensor{}, Attributions: attributions, Baseline: map[string]*tensor.Tensor{},
		GroupChannels: e.cmd.GroupChannels, BatchSize: e.cmd.BatchSize}
	for key, t := range e.in.values {
		if e.in.perRow[key] {
			d.Inputs[key] = t
		}
	}
	for key := range attributions {
		if x0 := e.baseline.values[key]; x0 != nil {
			d.Baseline[key] = x0
		}
	}
	if e.in.fixedRows > 0 {
		d.BatchSize = e.in.fixedRows
	}
	return d
}
