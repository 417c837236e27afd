package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

type inspectCmd struct {
	modelFlags
	Signature string `placeholder:"S" help:"Show this signature only."`
	Target    string `placeholder:"OUTPUT" help:"Show the way to this output only."`
	Method    string `placeholder:"M" help:"Method whose rules are shown. Default: gradient."`
	Param     values `placeholder:"NAME=VALUE" help:"Parameter of the method; may be repeated."`
	JSON      bool   `name:"json" help:"Print JSON."`
}

// Help gives the examples.
func (inspectCmd) Help() string {
	return `Nothing is run: the graph is copied, and every op between the inputs and an output is looked up. With --method the exit code is 3 when the method refuses one of them.

Examples:

  tfexplain inspect --model DIR
  tfexplain inspect --model DIR --target logits --method deeplift
  tfexplain inspect --model DIR --json`
}

// defaultMethod is the method whose rules are shown when none was asked for:
// what it refuses, all methods that use gradients refuse.
const defaultMethod = "gradient"

type modelReport struct {
	Model             string            `json:"model"`
	Tags              []string          `json:"tags"`
	TensorFlowVersion string            `json:"tensorflow_version"`
	Method            string            `json:"method"`
	Signatures        []signatureReport `json:"signatures"`
}

type signatureReport struct {
	Name    string         `json:"name"`
	Inputs  []tensorReport `json:"inputs"`
	Outputs []tensorReport `json:"outputs"`
	Targets []targetReport `json:"targets"`
}

type tensorReport struct {
	Key   string `json:"key"`
	DType string `json:"dtype"`
	Shape []int  `json:"shape"` // -1: open; null: even the number of axes is
	text  string
}

type targetReport struct {
	Target  string          `json:"target"`
	Nodes   int             `json:"nodes"`
	Path    int             `json:"path_nodes"`
	Ops     []opReport      `json:"ops"`
	Refused []refusalReport `json:"refused"`
	Problem string          `json:"problem,omitempty"` // why it cannot be a target
}

type opReport struct {
	Op    string `json:"op"`
	Count int    `json:"count"`
	Kind  string `json:"kind"`
	Rule  string `json:"rule"`
}

type refusalReport struct {
	Op     string `json:"op"`
	Node   string `json:"node"`
	Reason string `json:"reason"`
	Help   string `json:"help"`
}

// Run implements the command.
func (c *inspectCmd) Run(ctx context.Context, s *streams) error {
	flags := methodFlags{Method: c.Method, Param: c.Param}
	if flags.Method == "" {
		flags.Method = defaultMethod
	}
	method, err := flags.method()
	if err != nil {
		return err
	}
	options := c.options(deviceFlags{})
	meta, err := savedmodel.Read(c.Model, options)
	if err != nil {
		return err
	}
	signatures, err := c.signatures(meta)
	if err != nil {
		return err
	}
	report := &modelReport{Model: c.Model, Tags: meta.Tags(), TensorFlowVersion: meta.TensorFlowVersion(), Method: method.Name()}
	if !c.JSON {
		report.printHead(s.out)
	}
	m, err := c.load(ctx, options)
	if err != nil {
		if !c.JSON { // what is known without TensorFlow
			for _, sig := range signatures {
				r := signatureReportOf(sig)
				r.print(s.out)
			}
		}
		return err
	}
	defer m.Close()
	refused := false
	for _, sig := range signatures {
		r := signatureReportOf(sig)
		for _, out := range sig.Outputs {
			if c.Target != "" && out.Key != c.Target && out.Name != c.Target {
				continue
			}
			t, err := c.target(m, method, sig.Name, out.Key)
			if err != nil {
				return err
			}
			refused = refused || len(t.Refused) > 0
			r.Targets = append(r.Targets, *t)
		}
		report.Signatures = append(report.Signatures, r)
		if !c.JSON {
			r.print(s.out)
		}
	}
	if c.JSON {
		if err := printJSON(s.out, report); err != nil {
			return err
		}
	}
	if refused && c.Method != "" {
		return errRefused
	}
	return nil
}

// signatures are those to show.
func (c *inspectCmd) signatures(meta *savedmodel.Meta) ([]savedmodel.Signature, error) {
	all := meta.Signatures()
	if c.Signature != "" {
		sig, err := meta.Signature(c.Signature)
		if err != nil {
			return nil, err
		}
		all = []savedmodel.Signature{*sig}
	}
	if c.Target == "" {
		return all, nil
	}
	var with []savedmodel.Signature
	var missing error
	for _, sig := range all {
		if _, err := sig.Output(c.Target); err != nil {
			missing = err
			continue
		}
		with = append(with, sig)
	}
	if len(with) == 0 {
		return nil, missing
	}
	return with, nil
}

// target inspects the way to one output. An output that cannot be explained is
// only an error when it was asked for.
func (c *inspectCmd) target(m *savedmodel.Model, method tfexplain.Method, signature, target string) (*targetReport, error) {
	t := &targetReport{Target: target, Ops: []opReport{}, Refused: []refusalReport{}}
	r, err := tfexplain.Inspect(m, method, tfexplain.Options{Signature: signature, Target: target})
	if err != nil {
		if c.Target != "" || !isProblem(err) {
			return nil, err
		}
		t.Problem = problem(err)
		return t, nil
	}
	t.Nodes, t.Path = r.Nodes, r.Path
	for _, op := range r.Ops {
		t.Ops = append(t.Ops, opReport{Op: op.Op, Count: op.Count, Kind: op.Kind, Rule: op.Note})
	}
	for _, f := range r.Refused {
		t.Refused = append(t.Refused, refusalReport{Op: f.Op, Node: f.Node, Reason: f.Reason, Help: withFlags(f.Help)})
	}
	return t, nil
}

// isProblem tells what is peculiar to one output from what concerns the model.
func isProblem(err error) bool {
	return isAny[*tfexplain.OptionError](err) || isAny[*tfexplain.InputError](err) || isAny[*savedmodel.CompositeError](err) || isAny[*graphops.GraphError](err)
}

// problem says why without naming a flag, since none was given.
func problem(err error) string {
	var option *tfexplain.OptionError
	if errors.As(err, &option) {
		return "wanted " + option.Wanted
	}
	return message(err)
}

func signatureReportOf(sig savedmodel.Signature) signatureReport {
	return signatureReport{Name: sig.Name, Inputs: tensorReports(sig.Inputs), Outputs: tensorReports(sig.Outputs), Targets: []targetReport{}}
}

func tensorReports(infos []savedmodel.TensorInfo) []tensorReport {
	list := []tensorReport{}
	for _, t := range infos {
		list = append(list, tensorReport{Key: t.Key, DType: t.DType.String(), Shape: t.Shape, text: describe(t)})
	}
	return list
}

func (r *modelReport) printHead(w io.Writer) {
	fmt.Fprintf(w, "%s\n  tags {%s}, written by TensorFlow %s\n  op kinds as the method %s sees them\n", r.Model, strings.Join(r.Tags, ", "), orUnknown(r.TensorFlowVersion), r.Method)
}

func orUnknown(version string) string {
	if version == "" {
		return "of unknown version"
	}
	return version
}

func (r *signatureReport) print(w io.Writer) {
	fmt.Fprintf(w, "\nsignature %s\n", r.Name)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, in := range r.Inputs {
		fmt.Fprintf(t, "  input\t%s\t%s\n", in.Key, in.text)
	}
	for _, out := range r.Outputs {
		fmt.Fprintf(t, "  output\t%s\t%s\n", out.Key, out.text)
	}
	t.Flush()
	for i := range r.Targets {
		r.Targets[i].print(w)
	}
}

func (t *targetReport) print(w io.Writer) {
	if t.Problem != "" {
		fmt.Fprintf(w, "\n  target %s: cannot be explained: %s\n", t.Target, t.Problem)
		return
	}
	fmt.Fprintf(w, "\n  target %s: %d of %d nodes lie between the inputs and it\n", t.Target, t.Path, t.Nodes)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, op := range t.Ops {
		fmt.Fprintf(table, "    %d\t%s\t%s", op.Count, op.Op, op.Kind)
		if op.Rule != "" {
			fmt.Fprintf(table, "\t%s", op.Rule)
		}
		fmt.Fprintln(table)
	}
	table.Flush()
	for _, f := range t.Refused {
		fmt.Fprintf(w, "    refused: %s (node %s)\n      %s\n      %s\n", f.Op, f.Node, f.Reason, f.Help)
	}
}
