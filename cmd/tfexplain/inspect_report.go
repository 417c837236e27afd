package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/tfexplain/tfexplain-go/savedmodel"
)

type modelReport struct {
	Model             string            `json:"model"`
	Tags              []string          `json:"tags"`
	TensorFlowVersion string            `json:"tensorflow_version"`
	Method            string            `json:"method,omitempty"` // the one that was asked for
	Trusted           bool              `json:"trusted"`          // by --trust-model
	Unsafe            []unsafeReport    `json:"unsafe"`
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
	Target    string            `json:"target"`
	Explained []explainedReport `json:"explained"`
	Nodes     int               `json:"nodes"`
	Path      int               `json:"path_nodes"`
	Ops       []opReport        `json:"ops"`
	Refused   []refusalReport   `json:"refused,omitempty"` // of the method that was asked for
	Methods   []coverage        `json:"methods,omitempty"` // of all
	Problem   string            `json:"problem,omitempty"` // why it cannot be a target
}

type explainedReport struct {
	Name  string   `json:"name"`
	Nodes []string `json:"nodes"`
	DType string   `json:"dtype"`
	Shape []int    `json:"shape"`
	IDs   string   `json:"ids,omitempty"` // the input whose ids it embeds
	text  string
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

// shortPaths leaves out the calls that all paths of an exported model begin with.
func shortPaths(paths []string) []string {
	var short []string
	for _, path := range paths {
		for {
			first, rest, ok := strings.Cut(path, "/")
			if !ok || !strings.Contains(first, "PartitionedCall") {
				break
			}
			path = rest
		}
		short = append(short, path)
	}
	return short
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
	fmt.Fprintf(w, "%s\n  tags {%s}, written by TensorFlow %s\n", r.Model, strings.Join(r.Tags, ", "), orUnknown(r.TensorFlowVersion))
	if r.Method != "" {
		fmt.Fprintf(w, "  op kinds as the method %s sees them\n", r.Method)
	}
	printUnsafe(w, r.Unsafe)
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
	var from []string
	for _, x := range t.Explained {
		from = append(from, x.text)
	}
	fmt.Fprintf(w, "\n  target %s: %d of %d nodes lie between %s and it\n", t.Target, t.Path, t.Nodes, strings.Join(from, ", "))
	if t.Methods != nil {
		printCoverage(w, t.Methods)
		return
	}
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
