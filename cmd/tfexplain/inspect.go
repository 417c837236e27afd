package main

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

type inspectCmd struct {
	modelFlags
	Signature string `placeholder:"S" help:"Show this signature only."`
	Target    string `placeholder:"OUTPUT" help:"Show the way to this output, or tensor inside the model, only."`
	Explain   values `placeholder:"KEY" help:"Inputs, or tensors inside the model, from which the way starts. Default: as in tfexplain explain."`
	Method    string `placeholder:"M" help:"Show what this method does at every op. Default: which of all methods work."`
	Param     values `placeholder:"NAME=VALUE" help:"Parameter of the method; may be repeated."`
	JSON      bool   `name:"json" help:"Print JSON."`
}

// Help gives the examples.
func (inspectCmd) Help() string {
	return `Nothing is run: the graph is copied, and every op between the inputs and an output is looked up. Without --method it says which methods work, which ops refuse the others, and at which of those --allow-gradient-fallback would help. With --method every op is listed, and the exit code is 3 when the method refuses one of them.

A model that may do more than compute (read or write files, print, use the network) is not loaded; what it would do is listed, and the exit code is 3. See docs/security.md.

Examples:

  tfexplain inspect --model DIR
  tfexplain inspect --model DIR --target logits --method deeplift
  tfexplain inspect --model DIR --target logits --explain 'embedding of tokens' --json`
}

// Run implements the command.
func (c *inspectCmd) Run(ctx context.Context, s *streams) error {
	methods, err := c.methods()
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
	report := &modelReport{Model: c.Model, Tags: meta.Tags(), TensorFlowVersion: meta.TensorFlowVersion(),
		Trusted: c.TrustModel, Unsafe: unsafeReports(meta)}
	if c.Method != "" {
		report.Method = methods[0].Name()
	}
	head := sync.OnceFunc(func() { report.printHead(s.out) })
	options.Signatures = []string{} // each is looked at when it is inspected
	m, err := c.load(ctx, options)
	if err != nil { // what is known without TensorFlow
		for _, sig := range signatures {
			r := signatureReportOf(sig)
			report.Signatures = append(report.Signatures, r)
			if !c.JSON {
				head()
				r.print(s.out)
			}
		}
		return c.notLoaded(s, report, err)
	}
	defer m.Close()
	refused := false
	var missing error // in some signatures, when a name is in others
	for _, sig := range signatures {
		r := signatureReportOf(sig)
		for _, target := range c.targets(sig) {
			t, err := c.target(m, methods, sig, target)
			if isAny[*tfexplain.NameError](err) {
				missing = err
				continue
			}
			if err != nil {
				return err
			}
			refused = refused || len(t.Refused) > 0
			r.Targets = append(r.Targets, *t)
		}
		if len(r.Targets) == 0 && missing != nil {
			continue
		}
		report.Signatures = append(report.Signatures, r)
		if !c.JSON {
			head()
			r.print(s.out)
		}
	}
	if len(signatures) == 0 {
		_, missing = meta.Signature("")
	}
	if len(report.Signatures) == 0 && missing != nil {
		return missing
	}
	if c.JSON {
		if err := printJSON(s.out, report); err != nil {
			return err
		}
	}
	if len(report.Unsafe) > 0 && !c.TrustModel {
		return errUnsafe
	}
	if refused && c.Method != "" {
		return errRefused
	}
	return nil
}

// methods are those that were asked for, or all.
func (c *inspectCmd) methods() ([]tfexplain.Method, error) {
	if c.Method != "" {
		method, err := (&methodFlags{Method: c.Method, Param: c.Param}).method()
		return []tfexplain.Method{method}, err
	}
	if len(c.Param) > 0 {
		return nil, usagef("--param %s: wanted --method with it", c.Param[0])
	}
	var all []tfexplain.Method
	for _, info := range tfexplain.Methods() {
		method, err := tfexplain.NewMethod(info.Name, nil)
		if err != nil {
			return nil, err
		}
		all = append(all, method)
	}
	return all, nil
}

// signatures are those to show: with a target, those that have it, or all if it
// must be inside the model.
func (c *inspectCmd) signatures(meta *savedmodel.Meta) ([]savedmodel.Signature, error) {
	all := meta.Signatures()
	if c.Signature != "" {
		sig, err := meta.Signature(c.Signature)
		if err != nil {
			return nil, err
		}
		all = []savedmodel.Signature{*sig}
	}
	var with []savedmodel.Signature
	for _, sig := range all {
		if _, err := sig.Output(c.Target); err == nil {
			with = append(with, sig)
		}
	}
	if c.Target == "" || len(with) == 0 {
		return all, nil
	}
	return with, nil
}

// targets are those to show of a signature.
func (c *inspectCmd) targets(sig savedmodel.Signature) []string {
	if c.Target != "" {
		return []string{c.Target}
	}
	var list []string
	for _, out := range sig.Outputs {
		list = append(list, out.Key)
	}
	return list
}

// target inspects the way to one output. An output that cannot be explained is
// only an error when it was asked for.
func (c *inspectCmd) target(m *savedmodel.Model, methods []tfexplain.Method, sig savedmodel.Signature, target string) (*targetReport, error) {
	t := &targetReport{Target: target, Explained: []explainedReport{}, Ops: []opReport{}}
	reports, err := tfexplain.InspectAll(m, methods, tfexplain.Options{Signature: sig.Name, Target: target, Explain: c.Explain})
	if err != nil {
		if c.Target != "" || len(c.Explain) > 0 || !isProblem(err) {
			return nil, err
		}
		t.Problem = problem(err)
		return t, nil
	}
	r := reports[slices.IndexFunc(reports, func(r tfexplain.Report) bool { return r.Err == nil })]
	t.Nodes, t.Path = r.Nodes, r.Path
	for _, x := range r.Explained {
		e := explainedReport{Name: x.Name, Nodes: x.Nodes, DType: x.DType.String(), Shape: x.Shape, IDs: x.IDs, text: x.Name}
		if _, err := sig.Input(x.Name); err != nil || x.IDs != "" {
			e.text += " (" + strings.Join(shortPaths(x.Nodes), ", ") + ")"
		}
		t.Explained = append(t.Explained, e)
	}
	for _, op := range r.Ops {
		t.Ops = append(t.Ops, opReport{Op: op.Op, Count: op.Count, Kind: op.Kind, Rule: op.Note})
	}
	if c.Method != "" {
		t.Refused = refusals(r.Refused)
		return t, nil
	}
	for _, r := range reports {
		t.Methods = append(t.Methods, coverageOf(r))
	}
	return t, nil
}

// isProblem tells what is peculiar to one output from what concerns the model.
func isProblem(err error) bool {
	return isAny[*tfexplain.OptionError](err) || isAny[*tfexplain.NameError](err) || isAny[*tfexplain.InputError](err) || isAny[*savedmodel.CompositeError](err) || isAny[*savedmodel.UnsafeModelError](err) || isAny[*graphops.GraphError](err)
}

// problem says why without naming a flag, since none was given.
func problem(err error) string {
	var option *tfexplain.OptionError
	if errors.As(err, &option) {
		return "wanted " + option.Wanted
	}
	if isAny[*savedmodel.UnsafeModelError](err) {
		return "the signature may do more than compute"
	}
	return message(err)
}
