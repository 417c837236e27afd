package tfexplain_test

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// Every refusal names what was given and what is wanted.
func TestExplainErrors(t *testing.T) {
	ctx := context.Background()
	s := newNets(t)
	s.one("mlp", tensor.Float32, [][]int{{-1, 4}}, func(n *net, x []out) out { return mlpLayers(n, x)[0] })
	s.one("pair", tensor.Float32, [][]int{{-1, 2}, {-1, 2}}, func(n *net, x []out) out { return n.op("Mul", x[0], x[1]) })
	s.one("map", tensor.Float32, [][]int{{-1, 2, 2}}, func(n *net, x []out) out { return n.op("Square", x[0]) })
	m := s.load()
	f := func(shape ...int) *tensor.Tensor { return random(t, tensor.Float32, 1, shape...) }
	word, err := tensor.New([]string{"a", "b", "c"}, 1, 3)
	require.NoError(t, err)
	explainers := map[string]*tfexplain.Explainer{}
	for _, name := range []string{"mlp", "pair", "map"} {
		explainers[name] = newExplainer(t, m, tfexplain.DeepLIFT{}, tfexplain.Options{Signature: name, BaselinePerCall: true})
	}
	for name, c := range map[string]struct {
		signature string
		xs, x0    map[string]*tensor.Tensor
		ys        tfexplain.Ys
		want      error
		says      []string
	}{
		"no input":         {"mlp", nil, nil, nil, &tfexplain.InputError{}, []string{`"x"`, "missing"}},
		"nil input":        {"mlp", xOf(nil), nil, nil, &tfexplain.InputError{}, []string{`"x"`, "missing"}},
		"unknown input":    {"mlp", map[string]*tensor.Tensor{"x": f(2, 4), "z": f(2, 4)}, nil, nil, &tfexplain.InputError{}, []string{`"z"`, "is not an input", "there is x"}},
		"width":            {"mlp", xOf(f(2, 5)), nil, nil, &tfexplain.ShapeError{}, []string{`"x"`, "[2 5]", "[N 4]"}},
		"rank":             {"mlp", xOf(f(4)), nil, nil, &tfexplain.ShapeError{}, []string{`"x"`, "[4]", "[N 4]"}},
		"scalar":           {"mlp", xOf(f()), nil, nil, &tfexplain.ShapeError{}, []string{`"x"`, "[]", "[N 4]"}},
		"type":             {"mlp", xOf(random(t, tensor.Float64, 1, 2, 4)), nil, nil, &tfexplain.DTypeError{}, []string{`"x"`, "float64", "float32", "Convert"}},
		"rows of inputs":   {"pair", map[string]*tensor.Tensor{"x0": f(2, 2), "x1": f(3, 2)}, nil, nil, &tfexplain.ShapeError{}, []string{`"x1"`, "[3 2]", "2 rows"}},
		"rows of ys":       {"mlp", xOf(f(2, 4)), nil, tfexplain.Weights(f(3, 3)), &tfexplain.ShapeError{}, []string{`"ys"`, "[3]", "2 rows"}},
		"rows of classes":  {"mlp", xOf(f(2, 4)), nil, tfexplain.Classes(1), &tfexplain.ShapeError{}, []string{`"ys"`, "[1]", "2 rows"}},
		"shape of ys":      {"mlp", xOf(f(2, 4)), nil, tfexplain.Weights(f(2, 4)), &tfexplain.ShapeError{}, []string{`"ys"`, "[2 4]", "[N 3]"}},
		"nil ys":           {"mlp", xOf(f(2, 4)), nil, tfexplain.Weights(nil), &tfexplain.ShapeError{}, []string{`"ys"`}},
		"scalar ys":        {"mlp", xOf(f(2, 4)), nil, tfexplain.Weights(f()), &tfexplain.ShapeError{}, []string{`"ys"`}},
		"words as ys":      {"mlp", xOf(f(1, 4)), nil, tfexplain.Weights(word), &tensor.DTypeError{}, []string{"string"}},
		"class too large":  {"mlp", xOf(f(2, 4)), nil, tfexplain.Class(3), &tfexplain.OptionError{}, []string{"class 3", "0 to 2"}},
		"negative class":   {"mlp", xOf(f(2, 4)), nil, tfexplain.Classes(0, -1), &tfexplain.OptionError{}, []string{"class -1", "0 to 2"}},
		"versus too large": {"mlp", xOf(f(2, 4)), nil, tfexplain.Versus(0, 3), &tfexplain.OptionError{}, []string{"class 3", "0 to 2"}},
		"versus itself":    {"mlp", xOf(f(2, 4)), nil, tfexplain.Versus(1, 1), &tfexplain.OptionError{}, []string{"class 1", "two classes"}},
		"versus in a map":  {"map", xOf(f(1, 2, 2)), nil, tfexplain.Versus(0, 1), &tfexplain.OptionError{}, []string{"a class", "[N 2 2]"}},
		"class of a map":   {"map", xOf(f(1, 2, 2)), nil, tfexplain.Class(0), &tfexplain.OptionError{}, []string{"a class", "weights", "[N 2 2]"}},
		"no such rank":     {"mlp", xOf(f(1, 4)), nil, tfexplain.TopClass(4), &tfexplain.OptionError{}, []string{"top class 4", "a rank from 1 to 3"}},
		"rank 0":           {"mlp", xOf(f(1, 4)), nil, tfexplain.TopClass(0), &tfexplain.OptionError{}, []string{"top class 0", "a rank from 1 to 3"}},
		"argmax of a map":  {"map", xOf(f(1, 2, 2)), nil, tfexplain.Argmax(), &tfexplain.OptionError{}, []string{"a class", "weights", "[N 2 2]"}},
		"rows of x0":       {"mlp", xOf(f(2, 4)), xOf(f(3, 4)), nil, &tfexplain.ShapeError{}, []string{`"x0"`, "[3]", "2 rows"}},
		"shape of x0":      {"mlp", xOf(f(2, 4)), xOf(f(2, 5)), nil, &tfexplain.ShapeError{}, []string{`"baseline of x"`, "[2 5]", "[4]"}},
		"x0 of an unknown": {"mlp", xOf(f(2, 4)), map[string]*tensor.Tensor{"X": f(2, 4)}, nil, &tfexplain.InputError{}, []string{`"X"`, "has a baseline but is not an input"}},
	} {
		t.Run(name, func(t *testing.T) {
			var err error
			if c.x0 == nil {
				_, err = explainers[c.signature].Explain(ctx, c.xs, c.ys)
			} else {
				_, err = explainers[c.signature].ExplainFrom(ctx, c.xs, c.x0, c.ys)
			}
			require.IsType(t, c.want, err)
			for _, s := range c.says {
				require.ErrorContains(t, err, s)
			}
		})
	}
}

func TestNewErrors(t *testing.T) {
	ctx := context.Background()
	s := newNets(t)
	s.one("mlp", tensor.Float32, [][]int{{-1, 4}}, func(n *net, x []out) out { return mlpLayers(n, x)[0] })
	s.one("sum", tensor.Float32, [][]int{{-1, 4}}, func(n *net, x []out) out { return n.Sum(x[0], false, 0, 1) })
	s.one("label", tensor.Float32, [][]int{{-1, 4}}, func(n *net, x []out) out { return n.op("ArgMax", x[0], n.IntScalar(1)) })
	s.one("ids", tensor.Int32, [][]int{{-1, 4}}, func(n *net, x []out) out { return n.op("Invert", x[0]) })
	s.add("two", tensor.Float32, [][]int{{-1, 4}}, func(n *net, x []out) []out { return []out{n.op("Relu", x[0]), n.op("Neg", x[0])} })
	m := s.load()
	values := func(key string, shape ...int) tfexplain.Baseline {
		return tfexplain.Values(map[string]*tensor.Tensor{key: random(t, tensor.Float32, 1, shape...)})
	}
	for name, c := range map[string]struct {
		method tfexplain.Method
		o      tfexplain.Options
		field  string // of an *OptionError
		says   []string
	}{
		"no method":          {nil, tfexplain.Options{Signature: "mlp"}, "method", []string{"GradientInput"}},
		"no target":          {tfexplain.Gradient{}, tfexplain.Options{Signature: "two"}, "Target", []string{"y0, y1"}},
		"integer target":     {tfexplain.Gradient{}, tfexplain.Options{Signature: "label"}, "Target", []string{"int64", "no gradient"}},
		"target without row": {tfexplain.Gradient{}, tfexplain.Options{Signature: "sum"}, "Target", []string{"row axis"}},
		"batch size":         {tfexplain.Gradient{}, tfexplain.Options{Signature: "mlp", BatchSize: -1}, "BatchSize", []string{"-1", "positive"}},
		"max delta":          {tfexplain.Gradient{}, tfexplain.Options{Signature: "mlp", MaxDelta: math.NaN()}, "MaxDelta", []string{"NaN"}},
		"index too large":    {tfexplain.Gradient{}, tfexplain.Options{Signature: "mlp", TargetIndex: []int{3}}, "TargetIndex", []string{"[3]", "below [3]"}},
		"index negative":     {tfexplain.Gradient{}, tfexplain.Options{Signature: "mlp", TargetIndex: []int{-1}}, "TargetIndex", []string{"[-1]"}},
		"index too long":     {tfexplain.Gradient{}, tfexplain.Options{Signature: "mlp", TargetIndex: []int{0, 0}}, "TargetIndex", []string{"at most 1"}},
		"epsilon":            {tfexplain.EpsilonLRP{Epsilon: -1}, tfexplain.Options{Signature: "mlp"}, "Epsilon", []string{"-1", "greater than zero"}},
		"bias":               {tfexplain.EpsilonLRP{Bias: tfexplain.Ignore}, tfexplain.Options{Signature: "mlp"}, "Bias", []string{"Canonical"}},
		"rules":              {tfexplain.DeepLIFT{Rules: 7}, tfexplain.Options{Signature: "mlp"}, "Rules", []string{"7", "DeepExplain"}},
		"no float input":     {tfexplain.Gradient{}, tfexplain.Options{Signature: "ids"}, "", []string{"int32"}},
	} {
		t.Run(name, func(t *testing.T) {
			before := m.Graph().Len()
			_, err := tfexplain.New(ctx, m, c.method, c.o)
			var option *tfexplain.OptionError
			require.ErrorAs(t, err, &option)
			if c.field != "" {
				require.Equal(t, c.field, option.Field)
			}
			for _, s := range c.says {
				require.ErrorContains(t, err, s)
			}
			require.Equal(t, before, m.Graph().Len(), "nothing was spliced")
		})
	}
	var input *tfexplain.InputError
	_, err := tfexplain.New(ctx, m, tfexplain.DeepLIFT{}, tfexplain.Options{Signature: "mlp", Baseline: values("X", 4)})
	require.ErrorAs(t, err, &input, "a baseline of an input that is not there")
	_, err = tfexplain.New(ctx, m, tfexplain.DeepLIFT{}, tfexplain.Options{Signature: "mlp", Baseline: tfexplain.Mean(nil)})
	require.ErrorAs(t, err, &input)
	require.ErrorContains(t, err, "mean")
	var shape *tfexplain.ShapeError
	for _, b := range []tfexplain.Baseline{values("x", 5), values("x", 0, 4), tfexplain.Mean(xOf(random(t, tensor.Float32, 1, 4)))} {
		_, err = tfexplain.New(ctx, m, tfexplain.DeepLIFT{}, tfexplain.Options{Signature: "mlp", Baseline: b})
		require.ErrorAs(t, err, &shape)
		require.Contains(t, shape.Input, "of x")
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	_, err = tfexplain.New(gone, m, tfexplain.Gradient{}, tfexplain.Options{Signature: "mlp"})
	require.ErrorIs(t, err, context.Canceled)
}

func TestMethodsWithoutBaseline(t *testing.T) {
	ctx := context.Background()
	m := mlp(t)
	x := xOf(random(t, tensor.Float32, 1, 2, 4))
	var option *tfexplain.OptionError
	plain := newExplainer(t, m, tfexplain.GradientInput{}, tfexplain.Options{})
	_, err := plain.ExplainFrom(ctx, x, x, nil)
	require.ErrorAs(t, err, &option)
	require.ErrorContains(t, err, "grad*input compares with nothing")
	require.ErrorAs(t, plain.SetBaseline(ctx, tfexplain.Zeros()), &option)
	res := explain(t, plain, x, nil)
	require.Nil(t, res.Delta)
	require.Nil(t, res.BaselineTarget)

	stored := newExplainer(t, m, tfexplain.DeepLIFT{}, tfexplain.Options{})
	_, err = stored.ExplainFrom(ctx, x, x, nil)
	require.ErrorAs(t, err, &option)
	require.Equal(t, "BaselinePerCall", option.Field)
	perCall := newExplainer(t, m, tfexplain.DeepLIFT{}, tfexplain.Options{BaselinePerCall: true})
	_, err = perCall.ExplainFrom(ctx, x, nil, nil)
	require.ErrorAs(t, err, &option)
	require.Equal(t, "x0", option.Field)
}

// MaxDelta turns a delta that is too large into an error that names the row.
func TestMaxDelta(t *testing.T) {
	ctx := context.Background()
	s := newNets(t)
	// DeepExplain's rules give a product its plain gradient: delta is large.
	s.one("square", tensor.Float32, [][]int{{-1, 2}}, func(n *net, x []out) out { return n.op("Square", x[0]) })
	m := s.load()
	ex := newExplainer(t, m, tfexplain.DeepLIFT{Rules: tfexplain.DeepExplain}, tfexplain.Options{MaxDelta: 0.5})
	x := xOf(floats(t, []float64{.1, .1, 3, 1, .2, .3}, 3, 2))
	_, err := ex.Explain(ctx, x, nil)
	var delta *tfexplain.DeltaError
	require.ErrorAs(t, err, &delta)
	require.Equal(t, 1, delta.Row)
	require.InDelta(t, 10, delta.Delta, 1e-5) // sum of x*2x - x*x in float32
	require.ErrorContains(t, err, "MaxDelta")
	_, err = ex.Explain(ctx, xOf(floats(t, []float64{.1, .1}, 1, 2)), nil)
	require.NoError(t, err)
	_, err = ex.Explain(ctx, xOf(floats(t, nil, 0, 2)), nil)
	require.NoError(t, err, "no rows, no delta")
	_, err = newExplainer(t, m, tfexplain.DeepLIFT{}, tfexplain.Options{MaxDelta: 1e-4}).Explain(ctx, x, nil)
	require.NoError(t, err)
}

func TestClosedExplainer(t *testing.T) {
	ctx := context.Background()
	m := mlp(t)
	ex, err := tfexplain.New(ctx, m, tfexplain.DeepLIFT{}, tfexplain.Options{})
	require.NoError(t, err)
	x := xOf(random(t, tensor.Float32, 1, 2, 4))
	explain(t, ex, x, nil)
	require.NoError(t, ex.Close())
	require.NoError(t, ex.Close(), "closing twice")
	_, err = ex.Explain(ctx, x, nil)
	require.ErrorIs(t, err, tfexplain.ErrClosed)
	require.ErrorIs(t, ex.SetBaseline(ctx, nil), tfexplain.ErrClosed)
	require.EqualValues(t, 2, ex.Stats().Rows, "what was done stays known")
}

func TestInspect(t *testing.T) {
	m := mlp(t)
	before := m.Graph().Len()
	r, err := tfexplain.Inspect(m, tfexplain.DeepLIFT{}, tfexplain.Options{})
	require.NoError(t, err)
	require.Equal(t, "deeplift", r.Method)
	require.Equal(t, before, m.Graph().Len(), "nothing was spliced")
	require.Equal(t, 6, r.Path)
	require.Equal(t, 11, r.Nodes, "and the placeholder and four constants")
	var ops []string
	for _, op := range r.Ops {
		ops = append(ops, op.Op+" "+op.Kind)
	}
	require.Equal(t, []string{"BiasAdd linear", "Identity linear", "MatMul bilinear", "Tanh unary"}, ops)
	require.Equal(t, 2, r.Ops[0].Count)
	require.Empty(t, r.Refused)
	_, err = tfexplain.Inspect(m, tfexplain.DeepLIFT{}, tfexplain.Options{Target: "z"})
	require.ErrorContains(t, err, `"z"`)
}
