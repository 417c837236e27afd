package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

type benchCmd struct {
	modelFlags
	targetFlags
	methodFlags
	BatchSize  int    `default:"1" placeholder:"N" help:"Rows of each call."`
	Calls      int    `default:"100" placeholder:"C" help:"Calls to measure, after the first one and 10 more that are not counted."`
	InputShape values `placeholder:"KEY=2x3" help:"Shape of one row of an input whose shape the signature leaves open."`
	deviceFlags
	JSON bool `name:"json" help:"Print JSON."`
}

// Help gives the examples.
func (benchCmd) Help() string {
	return `Every call explains the sum of the target's entries for the same random inputs: floats from 0 to 1, integers and booleans 0 or 1, empty strings. Latencies are of whole calls. Graph operations and memory are read after the warm-up and at the end: neither may grow.

Examples:

  tfexplain bench --model DIR --method 'grad*input' --batch-size 32 --calls 1000
  tfexplain bench --model DIR --method gradient --input-shape tokens=128 --json`
}

// warmUpCalls lets TensorFlow's allocator and thread pools settle.
const warmUpCalls = 10

type benchResult struct {
	Model         string  `json:"model"`
	Method        string  `json:"method"`
	Rows          int     `json:"rows"`
	Calls         int     `json:"calls"`
	P50           float64 `json:"p50_ms"`
	P90           float64 `json:"p90_ms"`
	P99           float64 `json:"p99_ms"`
	First         float64 `json:"first_ms"`
	Compile       float64 `json:"compile_ms"`
	Load          float64 `json:"load_ms"`
	RowsPerSecond float64 `json:"rows_per_s"`
	GraphOpsStart int     `json:"graph_ops_start"`
	GraphOpsEnd   int     `json:"graph_ops_end"`
	RSSStart      int64   `json:"rss_start_bytes"`
	RSSEnd        int64   `json:"rss_end_bytes"`
}

// Run implements the command.
func (c *benchCmd) Run(ctx context.Context, s *streams) error {
	if c.BatchSize < 1 {
		return usagef("--batch-size %d: wanted at least 1 row", c.BatchSize)
	}
	if c.Calls < 1 {
		return usagef("--calls %d: wanted at least 1", c.Calls)
	}
	method, err := c.method()
	if err != nil {
		return err
	}
	options := c.options(c.deviceFlags)
	sig, err := c.read(options, c.targetFlags)
	if err != nil {
		return err
	}
	options.Signatures = []string{sig.Name}
	shapes, err := rowShapes(sig, c.InputShape)
	if err != nil {
		return err
	}
	inputs, err := randomInputs(sig, shapes, c.BatchSize)
	if err != nil {
		return err
	}
	result := &benchResult{Model: c.Model, Method: method.Name(), Rows: c.BatchSize, Calls: c.Calls}
	if err := c.measure(ctx, method, options, inputs, result); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(s.out, result)
	}
	result.print(s.out)
	return nil
}

func (c *benchCmd) measure(ctx context.Context, method tfexplain.Method, o savedmodel.Options, inputs map[string]*tensor.Tensor, r *benchResult) error {
	start := time.Now()
	m, err := c.load(ctx, o)
	if err != nil {
		return err
	}
	defer m.Close()
	r.Load = milliseconds(time.Since(start))
	e, err := tfexplain.New(ctx, m, method, tfexplain.Options{Signature: c.Signature, Target: c.Target})
	if err != nil {
		return err
	}
	defer e.Close()
	r.Compile = milliseconds(e.Stats().Compile)
	call := func() (time.Duration, error) {
		start := time.Now()
		_, err := e.Explain(ctx, inputs, nil)
		return time.Since(start), err
	}
	first, err := call()
	if err != nil {
		return err
	}
	r.First = milliseconds(first)
	for range warmUpCalls {
		if _, err := call(); err != nil {
			return err
		}
	}
	r.GraphOpsStart, r.RSSStart = e.Stats().GraphOps, residentBytes()
	took := make([]time.Duration, c.Calls)
	var total time.Duration
	for i := range took {
		if took[i], err = call(); err != nil {
			return err
		}
		total += took[i]
	}
	r.GraphOpsEnd, r.RSSEnd = e.Stats().GraphOps, residentBytes()
	slices.Sort(took)
	r.P50, r.P90, r.P99 = milliseconds(quantile(took, 50)), milliseconds(quantile(took, 90)), milliseconds(quantile(took, 99))
	r.RowsPerSecond = float64(c.BatchSize*c.Calls) / total.Seconds()
	return nil
}

func (r *benchResult) print(w io.Writer) {
	fmt.Fprintf(w, "%s of %s, %d calls of %d rows\n", r.Method, r.Model, r.Calls, r.Rows)
	fmt.Fprintf(w, "  latency    %.3f ms p50   %.3f ms p90   %.3f ms p99   %.0f rows/s\n", r.P50, r.P90, r.P99, r.RowsPerSecond)
	fmt.Fprintf(w, "  before     %.1f ms load   %.1f ms compile   %.1f ms first call\n", r.Load, r.Compile, r.First)
	fmt.Fprintf(w, "  graph ops  %d after warm-up   %d at the end\n", r.GraphOpsStart, r.GraphOpsEnd)
	fmt.Fprintf(w, "  memory     %.1f MiB after warm-up   %.1f MiB at the end\n", float64(r.RSSStart)/(1<<20), float64(r.RSSEnd)/(1<<20))
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// quantile is the nearest-rank percentile of sorted values: the smallest that
// at least percent of all do not exceed.
func quantile(sorted []time.Duration, percent int) time.Duration {
	rank := int(math.Ceil(float64(percent) / 100 * float64(len(sorted))))
	return sorted[max(rank, 1)-1]
}

// residentBytes is the memory of this process that is in RAM, or 0 where the
// system has no /proc/self/statm (see proc_pid_statm(5); the second number is
// in pages).
func residentBytes() int64 {
	data, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(data))
	if len(fields) < 2 {
		return 0
	}
	pages, err := strconv.ParseInt(fields[1], 10, 64)
	if err != nil {
		return 0
	}
	return pages * int64(os.Getpagesize())
}
