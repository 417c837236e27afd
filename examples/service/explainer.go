//go:build graft

package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	tf "github.com/wamuir/graft/tensorflow"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/savedmodel/graftmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

type options struct {
	model    string
	timeout  time.Duration
	parallel int
}

// explainer predicts with the application's session and explains with the same.
type explainer struct {
	options
	metrics
	saved *tf.SavedModel
	model *savedmodel.Model
	ex    *tfexplain.Explainer
	image tf.Output // where the picture is fed
	probs tf.Output
	slots chan struct{} // one for each request that is computed
}

func newExplainer(ctx context.Context, o options) (*explainer, error) {
	saved, err := tf.LoadSavedModel(o.model, []string{"serve"}, nil)
	if err != nil {
		return nil, err
	}
	e := &explainer{options: o, saved: saved, slots: make(chan struct{}, o.parallel)}
	if err := e.attach(ctx); err != nil {
		e.close()
		return nil, err
	}
	return e, nil
}

// attach compiles the explanation into the application's session, once.
func (e *explainer) attach(ctx context.Context) (err error) {
	if e.model, err = graftmodel.Attach(e.saved, e.options.model, savedmodel.Options{}); err != nil {
		return err
	}
	if e.ex, err = tfexplain.New(ctx, e.model, tfexplain.DeepLIFT{}, tfexplain.Options{Target: "logits"}); err != nil {
		return err
	}
	serve := e.saved.Signatures["serve"]
	if e.image, err = e.output(serve.Inputs["image"].Name); err != nil {
		return err
	}
	if e.probs, err = e.output(serve.Outputs["probs"].Name); err != nil {
		return err
	}
	// TensorFlow prepares a graph at its first run: nobody has to wait for that.
	blank, err := tensor.Zeros(tensor.Float32, 1, 28, 28, 1)
	if err != nil {
		return err
	}
	_, err = e.explain(ctx, blank, -1)
	return err
}

// output finds a tensor by its name, "node:0".
func (e *explainer) output(name string) (tf.Output, error) {
	node, index, _ := strings.Cut(name, ":")
	i, err := strconv.Atoi(index)
	op := e.saved.Graph.Operation(node)
	if err != nil || op == nil || i >= op.NumOutputs() {
		return tf.Output{}, fmt.Errorf("the model has no tensor %q", name)
	}
	return op.Output(i), nil
}

// close waits for calls on their way; the session is closed last.
func (e *explainer) close() {
	if e.ex != nil {
		_ = e.ex.Close()
	}
	if e.model != nil {
		_ = e.model.Close()
	}
	_ = e.saved.Session.Close()
}

var errBusy = errors.New("all slots were taken until the deadline; ask again later")

// enter waits for a slot; leave gives it back.
func (e *explainer) enter(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case e.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return errors.Join(errBusy, ctx.Err())
	}
}

func (e *explainer) leave() { <-e.slots }

// answer is what the model said of a picture, and why.
type answer struct {
	Class        int       `json:"class"` // the likeliest
	Probability  float32   `json:"probability"`
	Explained    int       `json:"explained"` // the class that is explained
	Logit        float32   `json:"logit"`
	Baseline     float32   `json:"baseline"` // its logit for a black picture
	Delta        float32   `json:"delta"`    // what the sum of attributions misses logit - baseline by
	Attributions []float32 `json:"attributions"`
}

// explain answers for a picture; class is the one to explain, or -1 for the
// likeliest.
func (e *explainer) explain(ctx context.Context, picture *tensor.Tensor, class int) (*answer, error) {
	xs := map[string]*tensor.Tensor{"image": picture}
	if _, err := e.ex.Rows(xs, nil); err != nil { // nothing runs yet; this says what is wrong with the picture
		return nil, err
	}
	if err := e.enter(ctx); err != nil {
		return nil, err
	}
	defer e.leave()

	feed, err := graftmodel.ToTensor(picture)
	if err != nil {
		return nil, err
	}
	out, err := e.saved.Session.Run(map[tf.Output]*tf.Tensor{e.image: feed}, []tf.Output{e.probs}, nil)
	if err != nil {
		return nil, err
	}
	probs := out[0].Value().([][]float32)[0]
	a := &answer{Explained: class}
	for k, p := range probs {
		if p > a.Probability {
			a.Class, a.Probability = k, p
		}
	}
	if class < 0 {
		a.Explained = a.Class
	}
	res, err := e.ex.Explain(ctx, xs, tfexplain.Class(a.Explained))
	if err != nil {
		return nil, err
	}
	a.Logit, a.Baseline, a.Delta = float32(res.Target[0]), float32(res.BaselineTarget[0]), float32(res.Delta[0])
	a.Attributions, err = tensor.Data[float32](res.Attributions["image"])
	return a, err
}
