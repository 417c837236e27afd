package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/tfexplain/tfexplain-go/internal/cgo"
	"github.com/tfexplain/tfexplain-go/internal/tensorfile"
	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

const (
	// Shares of the largest absolute value. float32 keeps 6e-8; the nets have up
	// to a dozen layers, whose sums another release orders differently.
	targetShare   = 1e-5
	gradientShare = 1e-5

	// deltaShare bounds |delta| / max(1, |f(x)|, |f(x0)|), as for all models that
	// come with the tests.
	deltaShare = 1e-5

	// cliShare is for the same computation in another process: TensorFlow's
	// threads may cut a sum elsewhere.
	cliShare = 1e-6
)

// outcome is what became of one example with one libtensorflow.
type outcome struct {
	Library  string  // its version, as it says itself
	Answer   float64 // largest error of the logit explained, as a share of the largest value
	Gradient float64 // the same for gradient times input
	Delta    float64 // of DeepLIFT, as a share of the answer
	CLI      float64 // largest difference between command and library, as a share

	Refused  string // what an older libtensorflow said to a newer model, else empty
	Unusable string // what TensorFlow says of a model that no session can run, else empty
	Failed   string // what is wrong, else empty
}

// check explains an example by the library in this process and by the command,
// and compares both with what TensorFlow said when it wrote the model.
func check(ctx context.Context, e *example, command string) outcome {
	var o outcome
	m, err := savedmodel.Load(e.modelDir(), savedmodel.Options{})
	if err != nil {
		o.Failed = err.Error()
		var refused *savedmodel.LoadError
		var newer *savedmodel.NewerGraphError
		var unknown *savedmodel.UnknownOpError
		if errors.As(err, &refused) || errors.As(err, &newer) || errors.As(err, &unknown) {
			o.Refused, o.Failed = o.Failed, ""
		}
		return o
	}
	defer m.Close()
	o.Library = m.Library().Version()
	if e.SessionError != "" {
		o.unusable(ctx, m, e)
		return o
	}
	if err := o.compare(ctx, m, e, command); err != nil {
		o.Failed = err.Error()
	}
	return o
}

// unusable is for a model that the writer's own sessions cannot run: ours must say
// so as well.
func (o *outcome) unusable(ctx context.Context, m *savedmodel.Model, e *example) {
	sig, err := m.Signature(e.Signature)
	if err == nil {
		var x map[string]*tensor.Tensor
		if x, err = e.inputs(sig, e.Files.X); err == nil {
			_, err = m.Predict(ctx, e.Signature, x)
		}
	}
	var said *cgo.Error
	switch {
	case err == nil:
		o.Failed = "answers, though a session of its writer could not: " + e.SessionError
	case !errors.As(err, &said):
		o.Failed = err.Error()
	default:
		o.Unusable = e.SessionError
	}
}

func (o *outcome) compare(ctx context.Context, m *savedmodel.Model, e *example, command string) error {
	sig, err := m.Signature(e.Signature)
	if err != nil {
		return err
	}
	x, err := e.inputs(sig, e.Files.X)
	if err != nil {
		return err
	}
	x0, err := e.inputs(sig, e.Files.X0)
	if err != nil {
		return err
	}
	said, err := ask(ctx, command, e)
	if err != nil {
		return err
	}
	for _, method := range []tfexplain.Method{tfexplain.GradientInput{}, tfexplain.DeepLIFT{}} {
		res, err := explain(ctx, m, method, e, x, x0)
		if err != nil {
			return fmt.Errorf("%s: %w", method.Name(), err)
		}
		if err := o.sameAs(said, method.Name(), res); err != nil {
			return fmt.Errorf("%s: command and library: %w", method.Name(), err)
		}
		if res.Delta != nil {
			err = o.addsUp(res)
		} else {
			err = o.sameAsTape(e, res)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", method.Name(), err)
		}
	}
	return nil
}

func explain(ctx context.Context, m *savedmodel.Model, method tfexplain.Method, e *example, x, x0 map[string]*tensor.Tensor) (*tfexplain.Result, error) {
	options := tfexplain.Options{Signature: e.Signature, Target: e.Target}
	if _, compares := method.(tfexplain.DeepLIFT); compares {
		options.Baseline = tfexplain.Values(x0)
	}
	ex, err := tfexplain.New(ctx, m, method, options)
	if err != nil {
		return nil, err
	}
	defer ex.Close()
	return ex.Explain(ctx, x, tfexplain.Class(e.Class))
}

// ask has the command explain the example, and reads the file it writes.
func ask(ctx context.Context, command string, e *example) (map[string]*tensor.Tensor, error) {
	dir, err := os.MkdirTemp("", "integration")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	out := filepath.Join(dir, "out.npz")
	args := []string{"explain", "--quiet", "--model", e.modelDir(), "--signature", e.Signature, "--target", e.Target,
		"--class", fmt.Sprint(e.Class), "--method", "grad*input", "deeplift", "--out", out}
	for key, file := range e.Files.X {
		args = append(args, "--input", key+"="+e.path(file))
	}
	for key, file := range e.Files.X0 {
		args = append(args, "--baseline", key+"="+e.path(file))
	}
	if text, err := exec.CommandContext(ctx, command, args...).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%s %q: %w: %s", command, args, err, text)
	}
	return tensorfile.ReadNamed(out)
}

func (o *outcome) sameAs(said map[string]*tensor.Tensor, method string, res *tfexplain.Result) error {
	for key, t := range res.Attributions {
		share, err := difference(said[method+".attributions."+key], t)
		if err != nil {
			return err
		}
		if o.CLI = max(o.CLI, share); !(share <= cliShare) {
			return fmt.Errorf("attributions of %s are %.1e apart", key, share)
		}
	}
	return nil
}

func (o *outcome) sameAsTape(e *example, res *tfexplain.Result) error {
	target, err := tensorfile.ReadRaw(e.path("target.npy"))
	if err != nil {
		return err
	}
	got, err := tensor.New(res.Target, len(res.Target))
	if err != nil {
		return err
	}
	if o.Answer, err = difference(got, target); err != nil || !(o.Answer <= targetShare) {
		return fmt.Errorf("%s is %.1e off: %v", e.Target, o.Answer, err)
	}
	if len(e.Files.GradientInput) != len(res.Attributions) {
		return fmt.Errorf("%d inputs were explained, want %v", len(res.Attributions), e.Files.GradientInput)
	}
	for key, file := range e.Files.GradientInput {
		want, err := tensorfile.ReadRaw(e.path(file))
		if err != nil {
			return err
		}
		share, err := difference(res.Attributions[key], want)
		if err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		if o.Gradient = max(o.Gradient, share); !(share <= gradientShare) {
			return fmt.Errorf("the attributions of %s are %.1e off", key, share)
		}
	}
	return nil
}

func (o *outcome) addsUp(res *tfexplain.Result) error {
	for i, delta := range res.Delta {
		if res.Target[i] == res.BaselineTarget[i] {
			return fmt.Errorf("row %d is answered like its baseline, which shows nothing", i)
		}
		share := math.Abs(delta) / max(1, math.Abs(res.Target[i]), math.Abs(res.BaselineTarget[i]))
		if o.Delta = max(o.Delta, share); !(share <= deltaShare) {
			return fmt.Errorf("delta of row %d is %.1e of the answer", i, share)
		}
	}
	return nil
}

// difference is the largest difference of two arrays, as a share of the largest
// absolute value of the second.
func difference(got, want *tensor.Tensor) (float64, error) {
	if got == nil || want == nil || fmt.Sprint(got.Shape()) != fmt.Sprint(want.Shape()) {
		return 0, fmt.Errorf("got %v, want %v", got, want)
	}
	a, err := got.Float64s()
	if err != nil {
		return 0, err
	}
	b, err := want.Float64s()
	if err != nil {
		return 0, err
	}
	off, largest := 0.0, 0.0
	for i := range a {
		if math.IsNaN(a[i]) || math.IsNaN(b[i]) {
			return 0, fmt.Errorf("element %d is %v, want %v", i, a[i], b[i])
		}
		off, largest = max(off, math.Abs(a[i]-b[i])), max(largest, math.Abs(b[i]))
	}
	if largest == 0 {
		return 0, errors.New("all values are zero, which shows nothing")
	}
	return off / largest, nil
}
