package main

import (
	"flag"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// options are the flags.
type options struct {
	dir, python     string
	models, methods []string
	rows            []int
	limit, budget   float64
	around          bool
	json, doc, from string
}

func parse(args []string, messages io.Writer) (options, error) {
	o := options{}
	var all []string
	for _, m := range models("") {
		all = append(all, m.name)
	}
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.SetOutput(messages)
	f.StringVar(&o.dir, "dir", "out/bench", "folder with models and venv; logs and inputs are written there")
	f.StringVar(&o.python, "python", "out/bench/venv/bin/python", "Python with requirements.txt; empty: ours only")
	models := f.String("models", strings.Join(all, ","), "which models")
	methods := f.String("methods", strings.Join(methodNames(), ","), "which methods")
	rows := f.String("batch", "1,32,256", "rows of a call")
	f.Float64Var(&o.limit, "limit", 20, "seconds that a call may take; others are left out")
	f.Float64Var(&o.budget, "budget", 1, "seconds for all rounds of one number, if three rounds take less")
	f.BoolVar(&o.around, "around", false, "also measure the overhead of a call and the start of a process")
	f.StringVar(&o.json, "json", "", "file to write the report to")
	f.StringVar(&o.doc, "doc", "", "file to write the report to, as Markdown")
	f.StringVar(&o.from, "from", "", "report to print and write as Markdown instead of measuring")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if f.NArg() > 0 {
		return o, fmt.Errorf("%q is no flag", f.Arg(0))
	}
	var err error
	if o.models, err = chosen("models", *models, all); err != nil {
		return o, err
	}
	if o.methods, err = chosen("methods", *methods, methodNames()); err != nil {
		return o, err
	}
	for _, s := range strings.Split(*rows, ",") {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			return o, fmt.Errorf("-batch %s: %q is no number of rows", *rows, s)
		}
		o.rows = append(o.rows, n)
	}
	return o, nil
}

// chosen splits a list and refuses what is not among all.
func chosen(name, list string, all []string) ([]string, error) {
	var out []string
	for _, s := range strings.Split(list, ",") {
		if !slices.Contains(all, s) {
			return nil, fmt.Errorf("-%s: there is no %q; choose from %s", name, s, strings.Join(all, ","))
		}
		out = append(out, s)
	}
	return out, nil
}
