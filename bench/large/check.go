package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/tfexplain/tfexplain-go/internal/tensorfile"
	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

const (
	class = 3 // CLASS in export.py

	// Shares of the largest absolute value. Another build of TensorFlow orders
	// sums differently; over a hundred layers that is 1e-6 to 1e-5 of the answer,
	// and more of the gradient, where a relu on the brink of zero may turn.
	forwardShare  = 1e-4
	gradientShare = 1e-3

	// deltaShare bounds |delta| / max(1, |f(x)|, |f(x0)|). The attributions of some
	// ten thousand pixels cancel to a thousandth of their absolute sum, so this is
	// 1e-7 of what is added up, one or two roundings of float32.
	deltaShare = 1e-4
)

// row is what was found of one model.
type row struct {
	name, writer  string
	library       string        // version of libtensorflow
	before, after int           // operations in the session's graph
	path, types   int           // nodes between input and logits, and their op types
	newGradient   time.Duration // of CPU
	newDeepLIFT   time.Duration
	forward       float64 // largest error, as a share of the largest value
	gradient      float64
	delta         map[string]float64 // largest share of the answer, by target and baseline
	ofSum         float64            // largest delta as a share of the sum of all |attributions|
}

// model is one folder of export.py.
type model struct {
	*savedmodel.Model
	dir string
	key string // of the input
	x   map[string]*tensor.Tensor
}

// check holds one model to its files. All that is wrong is in the error.
func check(ctx context.Context, dir string) (row, error) {
	name, writer, _ := strings.Cut(filepath.Base(dir), "_")
	r := row{name: name, writer: map[string]string{"k3": "Keras 3", "k2": "tf_keras"}[writer], delta: map[string]float64{}}
	loaded, err := savedmodel.Load(filepath.Join(dir, "model"), savedmodel.Options{})
	if err != nil {
		return r, err
	}
	defer loaded.Close()
	sig, err := loaded.Signature("")
	if err != nil {
		return r, err
	}
	m := model{Model: loaded, dir: dir, key: sig.Inputs[0].Key}
	x, err := m.read("x")
	if err != nil {
		return r, err
	}
	m.x = map[string]*tensor.Tensor{m.key: x}
	r.library, r.before = m.Library().Version(), m.Graph().Len()
	report, err := tfexplain.Inspect(m.Model, tfexplain.DeepLIFT{}, tfexplain.Options{Target: "logits"})
	if err != nil {
		return r, err
	}
	r.path, r.types = report.Path, len(report.Ops)
	return r, errors.Join(m.deepLIFT(ctx, &r, "logits"), m.deepLIFT(ctx, &r, "probs"), m.forward(ctx, &r), m.gradient(ctx, &r))
}

// read loads one of the arrays beside the model.
func (m model) read(file string) (*tensor.Tensor, error) {
	return tensorfile.ReadRaw(filepath.Join(m.dir, file+".npy"))
}

// deepLIFT explains one of the outputs with two baselines.
func (m model) deepLIFT(ctx context.Context, r *row, target string) error {
	x0, err := m.read("x0")
	if err != nil {
		return err
	}
	start := cpuTime()
	ex, err := tfexplain.New(ctx, m.Model, tfexplain.DeepLIFT{}, tfexplain.Options{Target: target})
	if err != nil {
		return err
	}
	defer ex.Close()
	if target == "logits" {
		r.after, r.newDeepLIFT = ex.Stats().GraphOps, cpuTime()-start
	}
	baselines := map[string]tfexplain.Baseline{"zeros": tfexplain.Zeros(), "another sample": tfexplain.Values(map[string]*tensor.Tensor{m.key: x0})}
	for name, b := range baselines {
		if err := ex.SetBaseline(ctx, b); err != nil {
			return err
		}
		res, err := ex.Explain(ctx, m.x, tfexplain.Class(class))
		if err != nil {
			return err
		}
		sums, err := absoluteSums(res.Attributions[m.key], len(res.Delta))
		if err != nil {
			return err
		}
		share := 0.0
		for i, delta := range res.Delta {
			if res.Target[i] == res.BaselineTarget[i] {
				return fmt.Errorf("DeepLIFT of %s, %s: row %d is answered like its baseline, which shows nothing", target, name, i)
			}
			share = max(share, math.Abs(delta)/max(1, math.Abs(res.Target[i]), math.Abs(res.BaselineTarget[i])))
			r.ofSum = max(r.ofSum, math.Abs(delta)/sums[i])
		}
		r.delta[target+" "+name] = share
		if !(share <= deltaShare) {
			return fmt.Errorf("DeepLIFT of %s, %s: delta is %.1e of the answer", target, name, share)
		}
	}
	return nil
}

// absoluteSums adds up the sizes of each row's attributions.
func absoluteSums(a *tensor.Tensor, rows int) ([]float64, error) {
	values, err := a.Float64s()
	if err != nil {
		return nil, err
	}
	sums := make([]float64, rows)
	for i, v := range values {
		sums[i*rows/len(values)] += math.Abs(v)
	}
	return sums, nil
}

// cpuTime is what this process has used. Compiling is almost all in one thread,
// and time on the clock depends on what else the machine does.
func cpuTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

func (m model) forward(ctx context.Context, r *row) error {
	answer, err := m.Predict(ctx, "", m.x)
	if err != nil {
		return err
	}
	for _, key := range []string{"logits", "probs"} {
		share, err := m.difference(answer[key], key)
		if err != nil {
			return err
		}
		if r.forward = max(r.forward, share); !(share <= forwardShare) {
			return fmt.Errorf("%s are %.1e off", key, share)
		}
	}
	return nil
}

func (m model) gradient(ctx context.Context, r *row) error {
	start := cpuTime()
	ex, err := tfexplain.New(ctx, m.Model, tfexplain.Gradient{}, tfexplain.Options{Target: "logits"})
	if err != nil {
		return err
	}
	defer ex.Close()
	r.newGradient = cpuTime() - start
	res, err := ex.Explain(ctx, m.x, tfexplain.Class(class))
	if err != nil {
		return err
	}
	if r.gradient, err = m.difference(res.Attributions[m.key], "gradient"); err == nil && !(r.gradient <= gradientShare) {
		err = fmt.Errorf("the gradient is %.1e off", r.gradient)
	}
	return err
}

// difference is the largest difference from a file, as a share of the largest
// absolute value there.
func (m model) difference(given *tensor.Tensor, file string) (float64, error) {
	want, err := m.read(file)
	if err != nil {
		return 0, err
	}
	if given == nil || fmt.Sprint(given.Shape()) != fmt.Sprint(want.Shape()) {
		return 0, fmt.Errorf("%s: got %v, want %v", file, given, want)
	}
	a, err := given.Float64s()
	if err != nil {
		return 0, err
	}
	b, err := want.Float64s()
	if err != nil {
		return 0, err
	}
	off, largest := 0.0, 0.0
	for i := range a {
		off, largest = max(off, math.Abs(a[i]-b[i])), max(largest, math.Abs(b[i]))
	}
	return off / largest, nil
}
