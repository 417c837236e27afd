package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/tfexplain/tfexplain-go/savedmodel"
)

// errUnsafe ends a command that has already shown what a model may do.
var errUnsafe = errors.New("the model may do more than compute, by the ops listed; if you trust who made it, use --trust-model")

// unsafeReport is a node that may do more than compute.
type unsafeReport struct {
	Op       string `json:"op"`
	Node     string `json:"node"`
	Function string `json:"function,omitempty"` // where the node is, if not in the graph itself
	Root     string `json:"run_by"`
	Reason   string `json:"reason"`
}

func unsafeReports(meta *savedmodel.Meta) []unsafeReport {
	list := []unsafeReport{}
	for _, o := range meta.RefusedOps() {
		list = append(list, unsafeReport{Op: o.Op, Node: o.Node, Function: o.Function, Root: o.Root, Reason: o.Reason})
	}
	return list
}

func printUnsafe(w io.Writer, list []unsafeReport) {
	const most = 20 // a hostile model may have a million
	for _, u := range list[:min(len(list), most)] {
		where := "node " + u.Node
		if u.Function != "" {
			where += " of function " + u.Function
		}
		fmt.Fprintf(w, "  may do more than compute: %s (%s), run by %s\n    %s\n", u.Op, where, u.Root, u.Reason)
	}
	if len(list) > most {
		fmt.Fprintf(w, "  may do more than compute: %d more nodes (--json lists them)\n", len(list)-most)
	}
}

// notLoaded ends an inspection that TensorFlow has no part in. The ops of an
// unsafe model are in the report.
func (c *inspectCmd) notLoaded(s *streams, report *modelReport, cause error) error {
	if !isAny[*savedmodel.UnsafeModelError](cause) {
		return cause
	}
	if c.JSON {
		if err := printJSON(s.out, report); err != nil {
			return err
		}
	}
	return errUnsafe
}
