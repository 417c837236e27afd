// Command bench measures tfexplain and Python side by side: the same SavedModels,
// the same rows, in interleaved rounds of one run. "make bench" makes Python's
// environment and the models first, and rewrites docs/performance.md.
//
//	go run ./bench -models resnet -methods 'forward,grad*input' -batch 32
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"slices"
	"strconv"
	"strings"
)

type options struct {
	dir     string
	python  string
	models  []string
	methods []string
	rows    []int
	limit   float64
	budget  float64
	json    string
}

func main() {
	log.SetFlags(0)
	o, err := parse(os.Args[1:])
	if err == nil {
		err = run(context.Background(), o)
	}
	if err != nil {
		log.Fatal(err)
	}
}

func parse(args []string) (options, error) {
	o := options{}
	var all []string
	for _, m := range models("") {
		all = append(all, m.name)
	}
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.StringVar(&o.dir, "dir", "out/bench", "folder with models and venv; logs and inputs are written there")
	f.StringVar(&o.python, "python", "out/bench/venv/bin/python", "Python with requirements.txt; empty: ours only")
	models := f.String("models", strings.Join(all, ","), "which models")
	methods := f.String("methods", strings.Join(methodNames(), ","), "which methods")
	rows := f.String("batch", "1,32,256", "rows of a call")
	f.Float64Var(&o.limit, "limit", 20, "seconds that a call may take; others are left out")
	f.Float64Var(&o.budget, "budget", 1.5, "seconds for all rounds of one number, if three rounds take less")
	f.StringVar(&o.json, "json", "", "file to write the report to")
	if err := f.Parse(args); err != nil {
		return o, err
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

func run(ctx context.Context, o options) error {
	var r report
	p := pythons{python: o.python, dir: o.dir}
	defer p.close()
	for _, m := range models(o.dir) {
		if !slices.Contains(o.models, m.name) {
			continue
		}
		cells, err := compare(ctx, o, m, &p)
		if err != nil {
			return err
		}
		r.Cells = append(r.Cells, cells...)
		if err := r.print(os.Stdout, m.name); err != nil {
			return err
		}
	}
	return nil
}
