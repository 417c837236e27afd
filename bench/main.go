// Command bench measures tfexplain and Python side by side: the same SavedModels,
// the same rows, in interleaved rounds of one run. "make bench" makes Python's
// environment and the models first, and rewrites docs/performance.md.
//
//	go run ./bench -models resnet -methods 'forward,grad*input' -batch 32
package main

import (
	"context"
	"errors"
	"log"
	"os"
	"slices"
	"time"
)

func main() {
	log.SetFlags(0)
	var err error
	if len(os.Args) == 2 && os.Args[1] == "serve" { // our worker: see sides.go
		err = serve(context.Background(), os.Stdin, os.Stdout)
	} else {
		var o options
		if o, err = parse(os.Args[1:], os.Stderr); err == nil {
			err = run(o)
		}
	}
	if err != nil {
		log.Fatal(err)
	}
}

func run(o options) error {
	r, err := o.report()
	if err != nil {
		return err
	}
	if err := r.printGoals(os.Stdout); err != nil {
		return err
	}
	if err := o.write(r); err != nil {
		return err
	}
	if o.doc == "" {
		return nil
	}
	return os.WriteFile(o.doc, []byte(r.document()), 0o644)
}

// write keeps what has been measured so far.
func (o options) write(r report) error {
	if o.json == "" || o.from != "" {
		return nil
	}
	return r.write(o.json)
}

// report reads a report, or measures.
func (o options) report() (report, error) {
	if o.from != "" {
		return readReport(o.from)
	}
	var r report
	var err error
	if r.Machine, err = thisMachine(o.dir); err != nil {
		return r, err
	}
	for _, m := range models(o.dir) {
		if !slices.Contains(o.models, m.name) {
			continue
		}
		start := time.Now()
		f, cells, err := compare(o, m)
		if err != nil {
			return r, err
		}
		r.Facts, r.Cells = append(r.Facts, f), append(r.Cells, cells...)
		if err := errors.Join(r.print(os.Stdout, m.name), o.write(r)); err != nil {
			return r, err
		}
		log.Printf("%s took %.0f s", m.name, time.Since(start).Seconds())
	}
	if o.around {
		if r.Calls, err = overheads(); err != nil {
			return r, err
		}
		r.Start, err = starts(o.dir, o.python)
	}
	return r, err
}
