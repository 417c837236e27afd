// Command bench compares the cost of the methods on one model, in one run:
// forward pass, grad*input, epsilon-LRP and DeepLIFT with cached references, in
// interleaved rounds so that a machine that slows down slows all of them. Then
// what integrated gradients cost beside the gradients they are made of.
//
//	go run ./bench -model testdata/digits/model -target logits
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

func main() {
	dir := flag.String("model", "testdata/digits/model", "SavedModel with one float input of known shape")
	target := flag.String("target", "logits", "output to explain")
	rounds := flag.Int("rounds", 15, "interleaved rounds; the median is reported")
	flag.Parse()
	if err := run(*dir, *target, *rounds); err != nil {
		log.Fatal(err)
	}
}

func run(dir, target string, rounds int) error {
	ctx := context.Background()
	m, err := savedmodel.Load(dir, savedmodel.Options{})
	if err != nil {
		return err
	}
	defer m.Close()
	sig, err := m.Signature("")
	if err != nil {
		return err
	}
	in := sig.Inputs[0]
	methods := []tfexplain.Method{tfexplain.GradientInput{}, tfexplain.EpsilonLRP{}, tfexplain.DeepLIFT{}}
	var calls []func(xs map[string]*tensor.Tensor) error
	names := []string{"forward"}
	calls = append(calls, func(xs map[string]*tensor.Tensor) error {
		_, err := m.Predict(ctx, sig.Name, xs)
		return err
	})
	for _, method := range methods {
		ex, err := tfexplain.New(ctx, m, method, tfexplain.Options{Target: target})
		if err != nil {
			return err
		}
		defer ex.Close()
		names = append(names, method.Name())
		calls = append(calls, func(xs map[string]*tensor.Tensor) error {
			_, err := ex.Explain(ctx, xs, tfexplain.Class(0))
			return err
		})
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(out, "rows\tmethod\tmedian ms\tof grad*input\t\n")
	for _, rows := range []int{1, 32, 256} {
		xs, err := random(in, rows)
		if err != nil {
			return err
		}
		times, err := measure(calls, xs, rounds, max(1, 32/rows))
		if err != nil {
			return err
		}
		for i, t := range times {
			fmt.Fprintf(out, "%d\t%s\t%.3f\t%.2f\t\n", rows, names[i], t.Seconds()*1e3, float64(t)/float64(times[1]))
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return path(ctx, m, target, in, rounds)
}

// path compares integrated gradients of 32 rows with as many gradient Runs.
func path(ctx context.Context, m *savedmodel.Model, target string, in savedmodel.TensorInfo, rounds int) error {
	const rows, steps = 32, 50
	var calls []func(xs map[string]*tensor.Tensor) error
	for _, c := range []struct {
		method tfexplain.Method
		times  int
	}{{tfexplain.Gradient{}, steps}, {tfexplain.IntegratedGradients{Steps: steps}, 1}} {
		ex, err := tfexplain.New(ctx, m, c.method, tfexplain.Options{Target: target, BatchSize: rows})
		if err != nil {
			return err
		}
		defer ex.Close()
		calls = append(calls, func(xs map[string]*tensor.Tensor) error {
			for range c.times {
				if _, err := ex.Explain(ctx, xs, tfexplain.Class(0)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	xs, err := random(in, rows)
	if err != nil {
		return err
	}
	times, err := measure(calls, xs, rounds, 1)
	if err != nil {
		return err
	}
	fmt.Printf("\n%d rows: %d gradient Runs %.1f ms, integrated gradients with %d steps %.1f ms: %.2f of them\n",
		rows, steps, times[0].Seconds()*1e3, steps, times[1].Seconds()*1e3, float64(times[1])/float64(times[0]))
	return nil
}

// measure gives the median time of one call of each, after two that warm up.
func measure(calls []func(map[string]*tensor.Tensor) error, xs map[string]*tensor.Tensor, rounds, repeat int) ([]time.Duration, error) {
	times := make([][]time.Duration, len(calls))
	for round := -2; round < rounds; round++ {
		for i, call := range calls {
			start := time.Now()
			for range repeat {
				if err := call(xs); err != nil {
					return nil, err
				}
			}
			if round >= 0 {
				times[i] = append(times[i], time.Since(start)/time.Duration(repeat))
			}
		}
	}
	var medians []time.Duration
	for _, t := range times {
		slices.Sort(t)
		medians = append(medians, t[len(t)/2])
	}
	return medians, nil
}

// random is a batch of inputs between 0 and 1.
func random(in savedmodel.TensorInfo, rows int) (map[string]*tensor.Tensor, error) {
	shape := slices.Clone(in.Shape)
	shape[0] = rows
	n, err := tensor.Count(shape)
	if err != nil {
		return nil, fmt.Errorf("input %q has an open shape: %w", in.Key, err)
	}
	r := rand.New(rand.NewPCG(1, 1))
	values := make([]float32, n)
	for i := range values {
		values[i] = r.Float32()
	}
	x, err := tensor.New(values, shape...)
	return map[string]*tensor.Tensor{in.Key: x}, err
}
