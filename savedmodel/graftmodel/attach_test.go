//go:build graft

package graftmodel_test

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	tf "github.com/wamuir/graft/tensorflow"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/savedmodel/graftmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

const (
	digits = "../../testdata/digits/model"
	zoo    = "../../testdata/zoo/models"
)

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

func load(t testing.TB, dir string) *tf.SavedModel {
	t.Helper()
	saved, err := tf.LoadSavedModel(dir, []string{"serve"}, nil)
	require.NoError(t, err)
	return saved
}

func attach(t testing.TB, saved *tf.SavedModel) *savedmodel.Model {
	t.Helper()
	m, err := graftmodel.Attach(saved, digits, savedmodel.Options{})
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

func logits(saved *tf.SavedModel, x *tensor.Tensor) ([][]float32, error) {
	s := saved.Signatures["serving_default"]
	feed, err := graftmodel.ToTensor(x)
	if err != nil {
		return nil, err
	}
	out, err := saved.Session.Run(map[tf.Output]*tf.Tensor{output(saved, s.Inputs["image"].Name): feed},
		[]tf.Output{output(saved, s.Outputs["logits"].Name)}, nil)
	if err != nil {
		return nil, err
	}
	return out[0].Value().([][]float32), nil
}

func output(saved *tf.SavedModel, name string) tf.Output {
	node, index, _ := strings.Cut(name, ":")
	var i int
	fmt.Sscan(index, &i)
	return saved.Graph.Operation(node).Output(i)
}

func TestAttachedExplainsAsLoaded(t *testing.T) {
	saved := load(t, digits)
	m := attach(t, saved)
	defer m.Close()
	require.Zero(t, m.Library().Alive().Sessions, "the application's session is the only one")
	require.Zero(t, m.Library().Alive().Graphs)
	own, err := savedmodel.Load(digits, savedmodel.Options{})
	require.NoError(t, err)
	defer own.Close()
	answers, err := logits(saved, rows(t, 3))
	require.NoError(t, err)
	for _, method := range []tfexplain.Method{tfexplain.DeepLIFT{}, tfexplain.GradientInput{}, tfexplain.EpsilonLRP{},
		tfexplain.Occlusion{Window: []int{7, 7, 1}, Stride: []int{7, 7, 1}}} {
		got, want := explain(t, m, method), explain(t, own, method)
		// Two sessions may add up in another order: float32 has 2^-24.
		require.InDeltaSlice(t, attributions(t, want), attributions(t, got), 1e-6, "%T", method)
		require.InDeltaSlice(t, want.Delta, got.Delta, 1e-5, "%T", method)
		for i, row := range answers {
			require.InDelta(t, row[3], got.Target[i], 1e-5, "%T", method)
		}
	}
}

// Functions, loops and custom gradients of the session are those of the file.
func TestOtherModelsExplainAsLoaded(t *testing.T) {
	for _, c := range []struct {
		model, signature string
		method           tfexplain.Method
		custom           bool
	}{
		{"condnet", "custom", tfexplain.GradientInput{}, true},
		{"mobilenet_k3", "", tfexplain.GradientInput{}, true},
		{"transformer_patches_k3", "", tfexplain.DeepLIFT{}, false},
		{"lstm_k3", "", tfexplain.Gradient{}, false},
	} {
		t.Run(c.model, func(t *testing.T) {
			dir := filepath.Join(zoo, c.model)
			saved := load(t, dir)
			defer saved.Session.Close()
			m, err := graftmodel.Attach(saved, dir, savedmodel.Options{})
			require.NoError(t, err)
			defer m.Close()
			own, err := savedmodel.Load(dir, savedmodel.Options{})
			require.NoError(t, err)
			defer own.Close()
			got, want := explainAny(t, m, c.signature, c.method), explainAny(t, own, c.signature, c.method)
			require.Equal(t, want.CustomGradients, got.CustomGradients)
			require.Equal(t, c.custom, len(got.CustomGradients) > 0)
			for key, a := range want.Attributions {
				w, err := tensor.Data[float32](a)
				require.NoError(t, err)
				g, err := tensor.Data[float32](got.Attributions[key])
				require.NoError(t, err)
				require.NotZero(t, slices.Max(w))
				scale := float64(max(slices.Max(w), -slices.Min(w)))
				require.InDeltaSlice(t, w, g, 1e-5*scale) // threads may add up in another order
			}
		})
	}
}

// explainAny explains two rows of a pattern.
func explainAny(t testing.TB, m *savedmodel.Model, signature string, method tfexplain.Method) *tfexplain.Result {
	t.Helper()
	ctx := context.Background()
	s, err := m.Signature(signature)
	require.NoError(t, err)
	shape := slices.Clone(s.Inputs[0].Shape)
	n := 1
	for i, size := range shape {
		if size < 0 {
			shape[i] = 2
		}
		n *= shape[i]
	}
	values := make([]float32, n)
	for i := range values {
		if values[i] = float32(i*i%89)/89 - 0.3; !s.Inputs[0].DType.IsFloat() {
			values[i] = float32(1 + i*i%7) // ids
		}
	}
	floats, err := tensor.New(values, shape...)
	require.NoError(t, err)
	x, err := floats.Convert(s.Inputs[0].DType)
	require.NoError(t, err)
	ex, err := tfexplain.New(ctx, m, method, tfexplain.Options{Signature: signature, Target: s.Outputs[0].Key})
	require.NoError(t, err)
	defer func() { require.NoError(t, ex.Close()) }()
	res, err := ex.Explain(ctx, map[string]*tensor.Tensor{s.Inputs[0].Key: x}, nil)
	require.NoError(t, err)
	return res
}

// double adds nodes through graft that double a variable, and runs them.
func double(t testing.TB, saved *tf.SavedModel, variable string) {
	t.Helper()
	float := map[string]any{"dtype": tf.Float}
	handle := saved.Graph.Operation(variable)
	require.NotNil(t, handle)
	add := func(op string, attrs map[string]any, inputs ...tf.Input) *tf.Operation {
		o, err := saved.Graph.AddOperation(tf.OpSpec{Type: op, Name: "application/" + op, Input: inputs, Attrs: attrs})
		require.NoError(t, err)
		return o
	}
	value := add("ReadVariableOp", float, handle.Output(0))
	sum := add("Add", nil, value.Output(0), value.Output(0))
	_, err := saved.Session.Run(nil, nil, []*tf.Operation{add("AssignVariableOp", float, handle.Output(0), sum.Output(0))})
	require.NoError(t, err)
}

func TestVariablesAreTheApplications(t *testing.T) {
	saved := load(t, digits)
	m := attach(t, saved)
	defer m.Close()
	before := attributions(t, explain(t, m, tfexplain.DeepLIFT{}))
	double(t, saved, "logits/kernel_1") // with nodes that are younger than ours
	res := explain(t, m, tfexplain.DeepLIFT{})
	after := attributions(t, res)
	require.NotZero(t, slices.Max(before))
	for i := range before {
		require.InDelta(t, 2*before[i], after[i], 1e-6) // threads may add up in another order
	}
	for _, d := range res.Delta {
		require.InDelta(t, 0, d, 1e-5)
	}
}

func TestCloseLeavesTheSessionOpen(t *testing.T) {
	saved := load(t, digits)
	m := attach(t, saved)
	want, err := logits(saved, rows(t, 2))
	require.NoError(t, err)
	explain(t, m, tfexplain.Gradient{})
	require.NoError(t, m.Close())
	got, err := logits(saved, rows(t, 2))
	require.NoError(t, err)
	require.Equal(t, want, got)
	again := attach(t, saved)
	explain(t, again, tfexplain.Gradient{})
	require.NoError(t, again.Close())
	require.NoError(t, saved.Session.Close())
}

func TestSeveralModelsOfOneSession(t *testing.T) {
	saved := load(t, digits)
	a, b := attach(t, saved), attach(t, saved)
	defer a.Close()
	defer b.Close()
	var wait sync.WaitGroup
	for _, m := range []*savedmodel.Model{a, b} {
		wait.Go(func() {
			for range 3 {
				explain(t, m, tfexplain.DeepLIFT{})
			}
		})
	}
	errs := make(chan error, 20)
	wait.Go(func() {
		for range cap(errs) {
			_, err := logits(saved, rows(t, 1))
			errs <- err
		}
	})
	wait.Wait()
	close(errs)
	for err := range errs {
		require.NoError(t, err)
	}
}

func TestTheApplicationClosesFirst(t *testing.T) {
	saved := load(t, digits)
	m := attach(t, saved)
	ctx := context.Background()
	ex, err := tfexplain.New(ctx, m, tfexplain.GradientInput{}, tfexplain.Options{Target: "logits"})
	require.NoError(t, err)
	require.NoError(t, saved.Session.Close())
	var closed *graftmodel.ClosedError
	_, err = ex.Explain(ctx, map[string]*tensor.Tensor{"image": rows(t, 1)}, tfexplain.Class(3))
	require.ErrorAs(t, err, &closed)
	_, err = graftmodel.Attach(saved, digits, savedmodel.Options{})
	require.ErrorAs(t, err, &closed)
	require.NoError(t, ex.Close())
	require.NoError(t, m.Close())
}

// Calls that meet the application's Close answer, or say what happened.
func TestTheApplicationClosesMeanwhile(t *testing.T) {
	saved := load(t, digits)
	m := attach(t, saved)
	defer m.Close()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	ex, err := tfexplain.New(ctx, m, tfexplain.DeepLIFT{}, tfexplain.Options{Target: "logits"})
	require.NoError(t, err)
	x := map[string]*tensor.Tensor{"image": rows(t, 2)}
	want, err := ex.Explain(ctx, x, tfexplain.Class(3))
	require.NoError(t, err)
	var wait, begun sync.WaitGroup
	errs := make(chan error, 4)
	for i := range cap(errs) {
		begun.Add(1)
		wait.Go(func() {
			begun.Done()
			for {
				if i%2 == 1 {
					if err := ex.SetBaseline(ctx, tfexplain.Zeros()); err != nil {
						errs <- err
						return
					}
				}
				got, err := ex.Explain(ctx, x, tfexplain.Class(3))
				if err != nil {
					errs <- err
					return
				}
				for n, f := range want.Target {
					if d := got.Target[n] - f; d > 1e-5 || d < -1e-5 { // threads may add up in another order
						errs <- fmt.Errorf("row %d: %g and not %g", n, got.Target[n], f)
						return
					}
				}
			}
		})
	}
	begun.Wait()
	require.NoError(t, saved.Session.Close())
	wait.Wait()
	for range cap(errs) {
		var closed *graftmodel.ClosedError
		err := <-errs
		require.ErrorAs(t, err, &closed)
		require.ErrorIs(t, err, savedmodel.ErrClosed)
	}
	require.NoError(t, ex.Close())
}

func TestTheModelIsKeptAlive(t *testing.T) {
	m := attach(t, load(t, digits))
	defer m.Close()
	for range 3 { // finalizers run after the first, and free what the second finds
		runtime.GC()
	}
	explain(t, m, tfexplain.DeepLIFT{})
}

// Of every model of the zoo the session has the graph of the file.
func TestAttachTheZoo(t *testing.T) {
	var dirs []string
	require.NoError(t, filepath.WalkDir(zoo, func(path string, _ fs.DirEntry, err error) error {
		if filepath.Base(path) == "saved_model.pb" {
			dirs = append(dirs, filepath.Dir(path))
		}
		return err
	}))
	require.Greater(t, len(dirs), 30)
	for _, dir := range dirs {
		t.Run(strings.TrimPrefix(dir, zoo+"/"), func(t *testing.T) {
			saved := load(t, dir)
			defer saved.Session.Close()
			m, err := graftmodel.Attach(saved, dir, savedmodel.Options{TrustModel: true})
			require.NoError(t, err)
			defer m.Close()
			file, err := savedmodel.Read(dir, savedmodel.Options{})
			require.NoError(t, err)
			require.Equal(t, file.Signatures(), m.Signatures())
			require.Equal(t, file.RefusedOps(), m.RefusedOps())
			require.Len(t, m.GraphDef().GetLibrary().GetRegisteredGradients(), len(file.GraphDef().GetLibrary().GetRegisteredGradients()))
		})
	}
}

func TestWhatCannotBeAttached(t *testing.T) {
	saved := load(t, digits)
	defer saved.Session.Close()
	other := filepath.Join(zoo, "digits_mlp_relu")
	for name, c := range map[string]struct {
		saved  *tf.SavedModel
		dir    string
		o      savedmodel.Options
		target any
		says   string
	}{
		"nothing":       {nil, digits, savedmodel.Options{}, new(*savedmodel.BorrowError), "is nil"},
		"no session":    {&tf.SavedModel{Graph: saved.Graph}, digits, savedmodel.Options{}, new(*graftmodel.StructError), "{no struct}"},
		"no graph":      {&tf.SavedModel{Session: saved.Session}, digits, savedmodel.Options{}, new(*graftmodel.StructError), "{no struct}"},
		"other folder":  {saved, other, savedmodel.Options{}, new(*savedmodel.OtherModelError), "not in the session"},
		"no folder":     {saved, "missing", savedmodel.Options{}, new(*savedmodel.FolderError), "no folder"},
		"other tags":    {saved, digits, savedmodel.Options{Tags: []string{"train"}}, new(*savedmodel.TagError), "train"},
		"a library":     {saved, digits, savedmodel.Options{Library: "x.so"}, new(*savedmodel.OptionError), "Library"},
		"threads":       {saved, digits, savedmodel.Options{Session: savedmodel.SessionOptions{IntraOpThreads: 1}}, new(*savedmodel.OptionError), "IntraOpThreads"},
		"not a device":  {saved, digits, savedmodel.Options{Device: "?"}, new(*savedmodel.OptionError), "Device"},
		"far off":       {saved, digits, savedmodel.Options{Device: "/device:CPU:77"}, new(*savedmodel.DeviceError), "CPU:77"},
		"bad tag":       {saved, digits, savedmodel.Options{Tags: []string{""}}, new(*savedmodel.OptionError), "Tags[0]"},
		"no optimizer":  {saved, digits, savedmodel.Options{Session: savedmodel.SessionOptions{DisableOptimizer: true}}, new(*savedmodel.OptionError), "DisableOptimizer"},
		"share of GPUs": {saved, digits, savedmodel.Options{Session: savedmodel.SessionOptions{GPUMemoryFraction: .5}}, new(*savedmodel.OptionError), "GPUMemoryFraction"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := graftmodel.Attach(c.saved, c.dir, c.o)
			require.ErrorAs(t, err, c.target)
			require.ErrorContains(t, err, c.says)
		})
	}
}
