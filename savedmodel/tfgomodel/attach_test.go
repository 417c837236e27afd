//go:build tfgo

package tfgomodel_test

import (
	"context"
	"runtime"
	"slices"
	"testing"

	tf "github.com/galeone/tensorflow/tensorflow/go"
	"github.com/galeone/tfgo"
	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/savedmodel/tfgomodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

const digits = "../../testdata/digits/model"

// rows are images of a fixed pattern.
func rows(t testing.TB, n int) *tensor.Tensor {
	t.Helper()
	pixels := make([]float32, n*28*28)
	for i := range pixels {
		pixels[i] = float32(i*i%97) / 97
	}
	x, err := tensor.New(pixels, n, 28, 28, 1)
	require.NoError(t, err)
	return x
}

func attach(t testing.TB, model *tfgo.Model) *savedmodel.Model {
	t.Helper()
	m, err := tfgomodel.Attach(model, digits, savedmodel.Options{})
	require.NoError(t, err)
	return m
}

func explain(t testing.TB, m *savedmodel.Model, method tfexplain.Method) *tfexplain.Result {
	t.Helper()
	ctx := context.Background()
	ex, err := tfexplain.New(ctx, m, method, tfexplain.Options{Target: "logits"})
	require.NoError(t, err)
	defer func() { require.NoError(t, ex.Close()) }()
	res, err := ex.Explain(ctx, map[string]*tensor.Tensor{"image": rows(t, 3)}, tfexplain.Class(3))
	require.NoError(t, err)
	return res
}

func attributions(t testing.TB, r *tfexplain.Result) []float32 {
	t.Helper()
	a, err := tensor.Data[float32](r.Attributions["image"])
	require.NoError(t, err)
	return a
}

// logits asks the model through tfgo.
func logits(t testing.TB, model *tfgo.Model, x *tensor.Tensor) [][]float32 {
	t.Helper()
	feed, err := tfgomodel.ToTensor(x)
	require.NoError(t, err)
	out := model.Exec([]tf.Output{model.Op("StatefulPartitionedCall_1", 0)},
		map[tf.Output]*tf.Tensor{model.Op("serving_default_image", 0): feed})
	back, err := tfgomodel.FromTensor(out[0])
	require.NoError(t, err)
	require.Equal(t, []int{x.Shape()[0], 10}, back.Shape())
	return out[0].Value().([][]float32)
}

func TestAttachedExplainsAsLoaded(t *testing.T) {
	model := tfgo.LoadModel(digits, []string{"serve"}, nil)
	m := attach(t, model)
	require.Zero(t, m.Library().Alive().Sessions, "the application's session is the only one")
	require.Zero(t, m.Library().Alive().Graphs)
	own, err := savedmodel.Load(digits, savedmodel.Options{})
	require.NoError(t, err)
	defer own.Close()
	answers := logits(t, model, rows(t, 3))
	for _, method := range []tfexplain.Method{tfexplain.DeepLIFT{}, tfexplain.GradientInput{},
		tfexplain.Occlusion{Window: []int{7, 7, 1}, Stride: []int{7, 7, 1}}} {
		got, want := explain(t, m, method), explain(t, own, method)
		// Two sessions may add up in another order: float32 has 2^-24.
		require.InDeltaSlice(t, attributions(t, want), attributions(t, got), 1e-6, "%T", method)
		for i, row := range answers {
			require.InDelta(t, row[3], got.Target[i], 1e-5, "%T", method)
		}
	}
	require.NoError(t, m.Close())
	require.Equal(t, answers, logits(t, model, rows(t, 3)), "the session stays open")
}

func TestVariablesAreTheApplications(t *testing.T) {
	saved, err := tf.LoadSavedModel(digits, []string{"serve"}, nil)
	require.NoError(t, err)
	m, err := tfgomodel.AttachSaved(saved, digits, savedmodel.Options{})
	require.NoError(t, err)
	before := attributions(t, explain(t, m, tfexplain.DeepLIFT{}))
	add := func(op string, attrs map[string]any, inputs ...tf.Input) *tf.Operation {
		o, err := saved.Graph.AddOperation(tf.OpSpec{Type: op, Name: "application/" + op, Input: inputs, Attrs: attrs})
		require.NoError(t, err)
		return o
	}
	float, handle := map[string]any{"dtype": tf.Float}, saved.Graph.Operation("logits/kernel_1").Output(0)
	value := add("ReadVariableOp", float, handle)
	sum := add("Add", nil, value.Output(0), value.Output(0))
	_, err = saved.Session.Run(nil, nil, []*tf.Operation{add("AssignVariableOp", float, handle, sum.Output(0))})
	require.NoError(t, err)
	after := attributions(t, explain(t, m, tfexplain.DeepLIFT{}))
	require.NotZero(t, slices.Max(before))
	for i := range before {
		require.InDelta(t, 2*before[i], after[i], 1e-6) // threads may add up in another order
	}

	require.NoError(t, saved.Session.Close())
	ctx := context.Background()
	var closed *tfgomodel.ClosedError
	_, err = m.Predict(ctx, "", map[string]*tensor.Tensor{"image": rows(t, 1)})
	require.ErrorAs(t, err, &closed)
	require.NoError(t, m.Close())
}

// tfgo closes the session of a Model that nobody refers to.
func TestTheModelIsKeptAlive(t *testing.T) {
	m := attach(t, tfgo.LoadModel(digits, []string{"serve"}, nil))
	defer m.Close()
	for range 3 { // finalizers run after the first, and free what the second finds
		runtime.GC()
	}
	explain(t, m, tfexplain.DeepLIFT{})
}

func TestWhatCannotBeAttached(t *testing.T) {
	var unknown *tfgomodel.StructError
	_, err := tfgomodel.Attach(nil, digits, savedmodel.Options{})
	require.ErrorAs(t, err, &unknown)
	var nothing *savedmodel.BorrowError
	_, err = tfgomodel.Attach(&tfgo.Model{}, digits, savedmodel.Options{})
	require.ErrorAs(t, err, &nothing)
	_, err = tfgomodel.AttachSaved(nil, digits, savedmodel.Options{})
	require.ErrorAs(t, err, &nothing)
	_, err = tfgomodel.AttachSaved(&tf.SavedModel{Graph: tf.NewGraph()}, digits, savedmodel.Options{})
	require.ErrorAs(t, err, &unknown)
}
