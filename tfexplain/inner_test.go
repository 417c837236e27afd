package tfexplain_test

import (
	"context"
	"math"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/internal/tensorfile"
	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// text is a model of words with reference gradients: see testdata/text/make.py.
const text = "../testdata/text"

func loadModel(t *testing.T, dir string) *savedmodel.Model {
	t.Helper()
	m, err := savedmodel.Load(dir, savedmodel.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Close()) })
	return m
}

func readArray(t *testing.T, path string) *tensor.Tensor {
	t.Helper()
	x, err := tensorfile.ReadRaw(path)
	require.NoError(t, err)
	return x
}

func converted(t *testing.T, x *tensor.Tensor, to tensor.DType) *tensor.Tensor {
	t.Helper()
	x, err := x.Convert(to)
	require.NoError(t, err)
	return x
}

// versus weighs class 1 against class 0, as make.py does.
func versus(t *testing.T, rows int) tfexplain.Ys {
	t.Helper()
	var w []float32
	for range rows {
		w = append(w, -1, 1)
	}
	y, err := tensor.New(w, rows, 2)
	require.NoError(t, err)
	return tfexplain.Weights(y)
}

// sameIDs is one reference of ids, all the same.
func sameIDs(t *testing.T, dtype tensor.DType, id float64, n int) *tensor.Tensor {
	t.Helper()
	v := make([]float64, n)
	for i := range v {
		v[i] = id
	}
	x, err := tensor.New(v, n)
	require.NoError(t, err)
	return converted(t, x, dtype)
}

// Ids reach their tables in different ways; GradientTape says what the gradient
// at the embedding is.
func TestEmbeddingsOfText(t *testing.T) {
	m := loadModel(t, text+"/model")
	ids := readArray(t, text+"/ids.npy")
	words := [][]string{{"the", "film", "was", "great"}, {"the", "film", "was", "not", "great"},
		{"acting", "never", "boring", "and", "music", "was", "lovely"}, {"plot", "is", "sad"}}
	var flat []string
	for _, row := range words {
		flat = append(flat, append(row, make([]string, 8-len(row))...)...)
	}
	strings, err := tensor.New(flat, 4, 8)
	require.NoError(t, err)
	for _, c := range []struct {
		signature, key string
		x              *tensor.Tensor
		want           string
	}{
		{"words", "text", strings, "embed"},
		{"tokens", "tokens", ids, "embed"},
		{"onehot", "tokens", ids, "embed"},
		{"flat", "tokens", ids, "embed"},
		{"tables", "tokens", converted(t, ids, tensor.Int64), "tables"},
	} {
		t.Run(c.signature, func(t *testing.T) {
			xs := map[string]*tensor.Tensor{c.key: c.x}
			ys := versus(t, 4)
			want := readArray(t, text+"/gradient_"+c.want+".npy")
			for _, name := range []string{c.key, "embedding of " + c.key} {
				o := tfexplain.Options{Signature: c.signature, Target: "logits", Explain: []string{name}}
				ex := newExplainer(t, m, tfexplain.Gradient{}, o)
				require.Equal(t, c.key, ex.Explained()[0].IDs)
				// A dozen float32 products of numbers below 10 in another order.
				requireClose(t, want, explain(t, ex, xs, ys).Attributions[name], 1e-5, 1e-5)

				lift := explain(t, newExplainer(t, m, tfexplain.DeepLIFT{}, o), xs, ys)
				requireComplete(t, lift, 1e-5)
				perID, err := lift.Summed(name)
				require.NoError(t, err)
				require.Equal(t, []int{4, 8}, perID.Shape())
				sums, err := perID.Float64s()
				require.NoError(t, err)
				for row := range 4 {
					total := 0.0
					for _, v := range sums[row*8 : row*8+8] {
						total += v
					}
					require.InDelta(t, lift.Target[row]-lift.BaselineTarget[row], total, 1e-4, "eight float32 sums of at most 7 numbers below 10")
				}
			}
		})
	}
}

// Integers that are numbers are explained as the floats that they are cast to.
func TestIntegersThatAreNumbers(t *testing.T) {
	m := loadModel(t, text+"/model")
	x, err := tensor.New([]uint8{0, 20, 40, 80, 120, 160, 200, 255}, 1, 8)
	require.NoError(t, err)
	xs := map[string]*tensor.Tensor{"bytes": x}
	ex := newExplainer(t, m, tfexplain.DeepLIFT{}, tfexplain.Options{Signature: "numbers", Explain: []string{"bytes"}})
	require.Empty(t, ex.Explained()[0].IDs)
	res := explain(t, ex, xs, nil)
	require.Equal(t, []int{1, 8}, res.Attributions["bytes"].Shape())
	requireComplete(t, res, 1e-5)
	v, err := res.Attributions["bytes"].Float64s()
	require.NoError(t, err)
	require.Zero(t, v[2], "below the kink of the relu")
	require.NotZero(t, v[7])
}

// Everything that names the embedding gives what the golden file says.
func TestNamesOfOneTensor(t *testing.T) {
	for _, c := range []struct{ model, node, layer string }{
		{"transformer_tokens_k3", "embedding_1/GatherV2", "transformer_tokens_1/embedding_1"},
		{"lstm_k3", "StatefulPartitionedCall_1/StatefulPartitionedCall/lstm_net_1/embedding_1/GatherV2:0", "embedding_1"},
		{"lstm_k2", "lstm_net/embedding/embedding_lookup", "StatefulPartitionedCall/StatefulPartitionedCall/lstm_net/embedding"},
	} {
		t.Run(c.model, func(t *testing.T) {
			m := loadModel(t, filepath.Join(zoo, "models", c.model))
			dir := filepath.Join(zoo, "golden", c.model)
			xs := map[string]*tensor.Tensor{"tokens": converted(t, readArray(t, dir+"/x_tokens.npy"), tensor.Int32)}
			ys := tfexplain.Weights(readArray(t, dir+"/ys_onehot.npy"))
			want := readArray(t, dir+"/gradient_@embedding.npy")
			for _, name := range []string{"tokens", "embedding of tokens", c.node, c.layer} {
				ex := newExplainer(t, m, tfexplain.Gradient{}, tfexplain.Options{Signature: "serving_default", Target: "logits", Explain: []string{name}})
				info := ex.Explained()
				require.Equal(t, "tokens", info[0].IDs)
				require.Len(t, info[0].Nodes, 1)
				res := explain(t, ex, xs, ys)
				require.Len(t, res.Attributions, 1)
				requireClose(t, want, res.Attributions[name], 1e-4, 1e-5) // the golden file's own
			}
		})
	}
}

// A layer in the middle: the attributions of DeepLIFT at what it hands on add up
// to the whole difference, since everything goes through it.
func TestExplainALayer(t *testing.T) {
	ctx := context.Background()
	m := loadModel(t, filepath.Join(zoo, "models", "digits_cnn"))
	x := readArray(t, filepath.Join(zoo, "golden", "digits_cnn", "x_image.npy"))
	xs := map[string]*tensor.Tensor{"image": x}
	o := tfexplain.Options{Target: "logits", Explain: []string{"max_pooling2d_1"}}
	ex := newExplainer(t, m, tfexplain.DeepLIFT{}, o)
	require.Equal(t, []int{-1, 4, 4, 8}, ex.Explained()[0].Shape)
	layer := explain(t, ex, xs, tfexplain.Class(3))
	require.Equal(t, []int{x.Shape()[0], 4, 4, 8}, layer.Attributions["max_pooling2d_1"].Shape())
	requireComplete(t, layer, 1e-5)

	o.Explain = nil
	image := explain(t, newExplainer(t, m, tfexplain.DeepLIFT{}, o), xs, tfexplain.Class(3))
	require.Equal(t, image.Target, layer.Target)
	require.InDeltaSlice(t, image.BaselineTarget, layer.BaselineTarget, 1e-5, "the same forward pass in two pieces")

	// Rows and batches do not change it.
	o.Explain, o.BatchSize = []string{"max_pooling2d_1"}, 1
	one := explain(t, newExplainer(t, m, tfexplain.DeepLIFT{}, o), xs, tfexplain.Class(3))
	requireClose(t, layer.Attributions["max_pooling2d_1"], one.Attributions["max_pooling2d_1"], 1e-5, 1e-6)

	// Given the inner tensor's own value, a baseline is that value.
	inner := newExplainer(t, m, tfexplain.Gradient{}, tfexplain.Options{Target: "max_pooling2d_1"})
	require.Empty(t, inner.Explained()[0].IDs)
	zeros, err := tensor.New(make([]float32, 4*4*8), 4, 4, 8)
	require.NoError(t, err)
	number, err := tensor.New([]float32{0}, []int{}...)
	require.NoError(t, err)
	var seen []*tensor.Tensor
	for _, b := range []*tensor.Tensor{zeros, number} {
		require.NoError(t, ex.SetBaseline(ctx, tfexplain.Values(map[string]*tensor.Tensor{"max_pooling2d_1": b})))
		res := explain(t, ex, xs, tfexplain.Class(3))
		requireComplete(t, res, 1e-5)
		require.NotEqual(t, layer.BaselineTarget, res.BaselineTarget)
		seen = append(seen, res.Attributions["max_pooling2d_1"])
	}
	require.Equal(t, seen[0].Bytes(), seen[1].Bytes())
	require.NoError(t, ex.SetBaseline(ctx, nil))
	again := explain(t, ex, xs, tfexplain.Class(3))
	require.Equal(t, layer.Attributions["max_pooling2d_1"].Bytes(), again.Attributions["max_pooling2d_1"].Bytes())
}

// Baselines of an embedding: other ids, vectors, sets of them, and one per row.
func TestBaselinesOfAnEmbedding(t *testing.T) {
	ctx := context.Background()
	m := loadModel(t, text+"/model")
	ids := readArray(t, text+"/ids.npy")
	xs := map[string]*tensor.Tensor{"tokens": ids}
	ys := versus(t, 4)
	const name = "embedding of tokens"
	o := tfexplain.Options{Signature: "tokens", Target: "logits"}
	byIDs := newExplainer(t, m, tfexplain.DeepLIFT{}, o)
	o.Explain = []string{name}
	inner := newExplainer(t, m, tfexplain.DeepLIFT{}, o)
	vectors := explain(t, newExplainer(t, m, tfexplain.GradientInput{}, tfexplain.Options{Signature: "tokens", Target: "embed", Explain: []string{name}}), xs, nil).Attributions[name] // the embedding itself

	same := func(a, b *tfexplain.Result) {
		t.Helper()
		var x, y *tensor.Tensor
		for _, v := range a.Attributions {
			x = v
		}
		for _, v := range b.Attributions {
			y = v
		}
		requireClose(t, x, y, 1e-5, 1e-5) // the same products, in Runs of other sizes
		require.InDeltaSlice(t, a.BaselineTarget, b.BaselineTarget, 1e-5)
	}
	for _, ref := range []*tensor.Tensor{sameIDs(t, tensor.Int32, 5, 8), ids} { // one reference, and a set of four
		b := tfexplain.Values(map[string]*tensor.Tensor{"tokens": ref})
		require.NoError(t, byIDs.SetBaseline(ctx, b))
		require.NoError(t, inner.SetBaseline(ctx, b))
		same(explain(t, byIDs, xs, ys), explain(t, inner, xs, ys))
	}
	require.NoError(t, inner.SetBaseline(ctx, tfexplain.Values(map[string]*tensor.Tensor{name: vectors})))
	same(explain(t, byIDs, xs, ys), explain(t, inner, xs, ys))

	// Per call: by ids, and by vectors.
	o.BaselinePerCall = true
	inner = newExplainer(t, m, tfexplain.DeepLIFT{}, o)
	o.Explain = nil
	byIDs = newExplainer(t, m, tfexplain.DeepLIFT{}, o)
	order := []int{1, 2, 3, 0}
	otherIDs, err := ids.Take(order)
	require.NoError(t, err)
	otherVectors, err := vectors.Take(order)
	require.NoError(t, err)
	want, err := byIDs.ExplainFrom(ctx, xs, map[string]*tensor.Tensor{"tokens": otherIDs}, ys)
	require.NoError(t, err)
	for key, x0 := range map[string]*tensor.Tensor{"tokens": otherIDs, name: otherVectors} {
		got, err := inner.ExplainFrom(ctx, xs, map[string]*tensor.Tensor{key: x0}, ys)
		require.NoError(t, err)
		same(want, got)
	}

	// What does not fit is refused.
	var shape *tfexplain.ShapeError
	err = inner.SetBaseline(ctx, tfexplain.Values(map[string]*tensor.Tensor{name: random(t, tensor.Float32, 1, 8, 5)}))
	require.ErrorAs(t, err, &shape)
	require.Equal(t, "baseline of "+name, shape.Input)
	_, err = inner.Explain(ctx, xs, ys)
	require.NoError(t, err, "the baseline before stays")
}

// A target inside the model.
func TestInnerTarget(t *testing.T) {
	m := loadModel(t, filepath.Join(zoo, "models", "digits_mlp_relu"))
	x := readArray(t, filepath.Join(zoo, "golden", "digits_mlp_relu", "logits", "x_pixels.npy"))
	xs := map[string]*tensor.Tensor{"pixels": x}
	whole := explain(t, newExplainer(t, m, tfexplain.DeepLIFT{}, tfexplain.Options{Target: "logits"}), xs, nil)
	for _, name := range []string{"digits_mlp_relu_1/logits_1", "logits_1/BiasAdd", "StatefulPartitionedCall_1:0"} {
		ex := newExplainer(t, m, tfexplain.DeepLIFT{}, tfexplain.Options{Target: name})
		res := explain(t, ex, xs, nil)
		require.Equal(t, whole.Attributions["pixels"].Bytes(), res.Attributions["pixels"].Bytes(), name)
		require.Equal(t, whole.Target, res.Target)
	}
	// The layer before: each of its 24 numbers can be asked for.
	ex := newExplainer(t, m, tfexplain.DeepLIFT{}, tfexplain.Options{Target: "dense_1/Relu"})
	requireComplete(t, explain(t, ex, xs, tfexplain.Class(23)), 1e-5)
	_, err := ex.Explain(context.Background(), xs, tfexplain.Class(24))
	require.ErrorContains(t, err, "0 to 23")
}

// A string that a table turns into an id, beside floats and a category.
func TestStringsThroughATable(t *testing.T) {
	ctx := context.Background()
	m := loadModel(t, filepath.Join(zoo, "models", "tabular_multi"))
	dir := filepath.Join(zoo, "golden", "tabular_multi", "logits")
	city, err := tensor.New([]string{"oslo", "quito", "atlantis", "paris"}, 4)
	require.NoError(t, err)
	cat := converted(t, readArray(t, dir+"/x_cat.npy"), tensor.Int64)
	xs := map[string]*tensor.Tensor{"num": readArray(t, dir+"/x_num.npy"), "cat": cat, "city": city}
	ex := newExplainer(t, m, tfexplain.DeepLIFT{}, tfexplain.Options{Target: "logits", Explain: []string{"city", "num", "cat"}})
	lima, err := tensor.New([]string{"lima"}, 1)
	require.NoError(t, err)
	require.NoError(t, ex.SetBaseline(ctx, tfexplain.Values(map[string]*tensor.Tensor{"city": lima})))
	res := explain(t, ex, xs, tfexplain.Argmax())
	requireComplete(t, res, 1e-5)
	require.Equal(t, []int{4, 2}, res.Attributions["city"].Shape())
	perCity, err := res.Summed("city")
	require.NoError(t, err)
	require.Equal(t, []int{4}, perCity.Shape())

	// With everything explained, the baseline's answer is the model's own there.
	zeros, err := tensor.New(make([]float32, 4), 1, 4)
	require.NoError(t, err)
	first, err := tensor.New([]int64{0}, 1)
	require.NoError(t, err)
	answer, err := m.Predict(ctx, "", map[string]*tensor.Tensor{"num": zeros, "cat": first, "city": lima})
	require.NoError(t, err)
	logits, err := answer["logits"].Float64s()
	require.NoError(t, err)
	for row, class := range res.Classes {
		require.InDelta(t, logits[class], res.BaselineTarget[row], 1e-5, "the same few float32 products")
	}
	// The city of the baseline has no share.
	require.NoError(t, ex.SetBaseline(ctx, tfexplain.Values(map[string]*tensor.Tensor{"city": rowOf(t, city, 1)})))
	values, err := explain(t, ex, xs, nil).Attributions["city"].Float64s()
	require.NoError(t, err)
	require.Equal(t, []float64{0, 0}, values[2:4])
	require.NotZero(t, values[0])
}

func TestInnerNameErrors(t *testing.T) {
	ctx := context.Background()
	s := newNets(t)
	s.one("twice", tensor.Float32, [][]int{{-1, 4}}, func(n *net, x []out) out {
		a, b := n.In("twice/left/cell").Op("Relu", x), n.In("twice/right/cell").Op("Tanh", x)
		two := n.In("twice/split").Node("Split", []out{n.IntScalar(1), n.Add(a, b)}, graphops.Int("num_split", 2))
		return n.Mul(out{Node: two, Index: 0}, out{Node: two, Index: 1})
	})
	s.one("mean", tensor.Float32, [][]int{{-1, 4}}, func(n *net, x []out) out {
		return n.Sub(x[0], n.In("mean/center").Op("Mean", []out{x[0], n.IntScalar(0)}))
	})
	m := s.load()
	ids := loadModel(t, text+"/model")
	for name, c := range map[string]struct {
		m      *savedmodel.Model
		o      tfexplain.Options
		says   string
		first  string   // candidate
		listed []string // all candidates, when they matter
	}{
		"a slip":               {ids, tfexplain.Options{Signature: "words", Target: "logits", Explain: []string{"embedding of txt"}}, "is no embedding", "embedding of text", nil},
		"nothing":              {ids, tfexplain.Options{Signature: "words", Target: "logits", Explain: []string{"conv1"}}, "neither in the signature nor", "conv1d", nil},
		"several places":       {m, tfexplain.Options{Signature: "twice", Explain: []string{"cell"}}, "is in several places", "", []string{"twice/left/cell", "twice/right/cell"}},
		"several tensors":      {m, tfexplain.Options{Signature: "twice", Explain: []string{"twice/split"}}, "several tensors leave", "", []string{"twice/split/Split", "twice/split/Split:1"}},
		"no such output":       {m, tfexplain.Options{Signature: "twice", Explain: []string{"twice/split/Split:2"}}, "the node has 2 outputs", "", []string{"twice/split/Split", "twice/split/Split:1"}},
		"a number for a layer": {m, tfexplain.Options{Signature: "twice", Explain: []string{"left:0"}}, "is a layer", "twice/left/cell/Relu", nil},
		"target: nothing":      {m, tfexplain.Options{Signature: "twice", Target: "lift"}, "neither in the signature nor", "y", nil}, // the output, before what is inside,
		"target: two places":   {m, tfexplain.Options{Signature: "twice", Target: "cell"}, "is in several places", "", []string{"twice/left/cell", "twice/right/cell"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := tfexplain.New(ctx, c.m, tfexplain.Gradient{}, c.o)
			var e *tfexplain.NameError
			require.ErrorAs(t, err, &e)
			require.ErrorContains(t, err, c.says)
			if c.first != "" {
				require.Equal(t, c.first, e.Candidates[0])
			}
			if c.listed != nil {
				require.Equal(t, c.listed, e.Candidates)
			}
		})
	}
	for name, c := range map[string]struct {
		m    *savedmodel.Model
		o    tfexplain.Options
		says string
	}{
		"integers":        {ids, tfexplain.Options{Signature: "tokens", Target: "logits", Explain: []string{"tokens_tokens"}}, "float type"},
		"no rows":         {m, tfexplain.Options{Signature: "mean", Explain: []string{"center"}}, "an entry for each row"},
		"twice":           {ids, tfexplain.Options{Signature: "tokens", Target: "logits", Explain: []string{"tokens", "embedding of tokens"}}, "explain one at a time"},
		"one above":       {m, tfexplain.Options{Signature: "twice", Explain: []string{"x", "left"}}, "explain one at a time"},
		"target: no rows": {m, tfexplain.Options{Signature: "mean", Target: "center"}, "row axis"},
		"target: input":   {m, tfexplain.Options{Signature: "mean", Target: "mean/Placeholder"}, "computed from the inputs"},
		"target: ints":    {ids, tfexplain.Options{Signature: "tokens", Target: "tokens_tokens"}, "computed from the inputs"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := tfexplain.New(ctx, c.m, tfexplain.Gradient{}, c.o)
			var e *tfexplain.OptionError
			require.ErrorAs(t, err, &e)
			require.ErrorContains(t, err, c.says)
		})
	}
}

// A model exported for three rows: its inner tensors have three rows as well.
func TestInnerOfAFixedExport(t *testing.T) {
	ctx := context.Background()
	s := newNets(t)
	s.one("fixed", tensor.Float32, [][]int{{3, 4}}, func(n *net, x []out) out {
		h := n.In("fixed/hidden").Op("Tanh", []out{n.Mul(x[0], x[0])})
		return n.Mul(h, n.In("fixed/gate").Op("Sigmoid", x))
	})
	m := s.load()
	x := xOf(random(t, tensor.Float32, 3, 6, 4))
	ex := newExplainer(t, m, tfexplain.DeepLIFT{}, tfexplain.Options{Explain: []string{"hidden"}})
	for _, rows := range [][]int{{1, 4}, {4}, {5, 4}} { // one baseline, written in two ways, and a set of five
		require.NoError(t, ex.SetBaseline(ctx, tfexplain.Values(xOf(random(t, tensor.Float32, 5, rows...)))))
		res := explain(t, ex, x, nil)
		require.Equal(t, []int{6, 4}, res.Attributions["hidden"].Shape())
		requireComplete(t, res, 1e-5)
	}
}

// What reaches the target around the inner tensor is the same on both sides.
func TestWhatGoesAroundAnInnerTensor(t *testing.T) {
	s := newNets(t)
	s.one("skip", tensor.Float64, [][]int{{-1, 4}}, func(n *net, x []out) out {
		return n.Add(x[0], n.In("skip/layer").Op("Relu", x))
	})
	m := s.load()
	x := random(t, tensor.Float64, 4, 2, 4)
	res := explain(t, newExplainer(t, m, tfexplain.DeepLIFT{}, tfexplain.Options{Explain: []string{"layer"}}), xOf(x), nil)
	v, err := x.Float64s()
	require.NoError(t, err)
	for row := range 2 {
		plain, layer := 0.0, 0.0
		for _, e := range v[row*4 : row*4+4] {
			plain += e
			layer += max(e, 0)
		}
		require.InDelta(t, plain, res.BaselineTarget[row], 1e-12, "the input itself stays; relu(0) = 0")
		require.InDelta(t, plain+layer, res.Target[row], 1e-12)
		require.InDelta(t, 0, res.Delta[row], 1e-12)
	}
}

// The number of tokens is open: vectors say it themselves.
func TestOpenTokens(t *testing.T) {
	ctx := context.Background()
	m := loadModel(t, text+"/model")
	ids := converted(t, readArray(t, text+"/ids.npy"), tensor.Int64)
	ex := newExplainer(t, m, tfexplain.DeepLIFT{}, tfexplain.Options{Signature: "tables", Explain: []string{"embed_a"},
		Baseline: tfexplain.Values(map[string]*tensor.Tensor{"embed_a": random(t, tensor.Float32, 1, 8, 4)})})
	require.Equal(t, []int{-1, -1, 4}, ex.Explained()[0].Shape)
	xs := map[string]*tensor.Tensor{"tokens": ids}
	requireComplete(t, explain(t, ex, xs, nil), 1e-5)
	require.NoError(t, ex.SetBaseline(ctx, tfexplain.Values(map[string]*tensor.Tensor{"tokens": sameIDs(t, tensor.Int64, 5, 8)})))
	requireComplete(t, explain(t, ex, xs, nil), 1e-5)
	var shape *tfexplain.ShapeError
	require.ErrorAs(t, ex.SetBaseline(ctx, tfexplain.Values(map[string]*tensor.Tensor{"embed_a": random(t, tensor.Float32, 1, 8, 3)})), &shape)
	requireComplete(t, explain(t, ex, xs, nil), 1e-5)
}

// No rows at all are no reason to fail.
func TestInnerWithoutRows(t *testing.T) {
	m := loadModel(t, text+"/model")
	none, err := tensor.New([]int32{}, 0, 8)
	require.NoError(t, err)
	for _, name := range []string{"embedding of tokens", "conv1d/"} {
		res := explain(t, newExplainer(t, m, tfexplain.DeepLIFT{}, tfexplain.Options{Signature: "tokens", Target: "logits", Explain: []string{name}}),
			map[string]*tensor.Tensor{"tokens": none}, nil)
		require.Equal(t, 0, res.Attributions[name].Shape()[0])
	}
}

// Methods that run many rows: a way through the embedding's own space, and games
// and noise, which change what is fed.
func TestInnerOfOtherMethods(t *testing.T) {
	ctx := context.Background()
	m := loadModel(t, text+"/model")
	xs := map[string]*tensor.Tensor{"tokens": readArray(t, text+"/ids.npy")}
	for _, name := range []string{"tokens", "embedding of tokens", "conv1d/"} {
		ex := newExplainer(t, m, tfexplain.IntegratedGradients{Steps: 300, Rule: tfexplain.RiemannMiddle}, tfexplain.Options{Signature: "tokens", Target: "logits", Explain: []string{name}})
		res := explain(t, ex, xs, versus(t, 4))
		for row, d := range res.Delta {
			// A relu's kink falls into one of 300 steps: each of the 64 units may be
			// off by half a step's slope, and the kinks of a row do not coincide.
			require.InDelta(t, 0, d, 0.01*(1+math.Abs(res.Target[row]-res.BaselineTarget[row])), name)
		}
	}
	for _, method := range []tfexplain.Method{tfexplain.Occlusion{}, tfexplain.SmoothGrad{}} {
		_, err := tfexplain.New(ctx, m, method, tfexplain.Options{Signature: "tokens", Target: "logits", Explain: []string{"embedding of tokens"}})
		var e *tfexplain.OptionError
		require.ErrorAs(t, err, &e)
		require.Equal(t, "Explain", e.Field)
		require.ErrorContains(t, err, method.Name())
	}
	ex := newExplainer(t, m, tfexplain.FeatureAblation{}, tfexplain.Options{Signature: "tokens", Target: "logits"})
	require.Equal(t, "tokens", ex.Explained()[0].IDs, "the ids themselves are replaced")
	require.Equal(t, []int{4, 8}, explain(t, ex, xs, nil).Attributions["tokens"].Shape())
}

func TestInspectAll(t *testing.T) {
	m := loadModel(t, text+"/model")
	methods := []tfexplain.Method{tfexplain.Gradient{}, tfexplain.SmoothGrad{}, tfexplain.Occlusion{}, tfexplain.EpsilonLRP{Canonical: true}, nil}
	reports, err := tfexplain.InspectAll(m, methods, tfexplain.Options{Signature: "tokens", Target: "probs"})
	require.NoError(t, err)
	require.Len(t, reports, len(methods))
	require.Empty(t, reports[0].Refused)
	require.NoError(t, reports[0].Err)
	require.ErrorContains(t, reports[1].Err, "noise")
	require.Empty(t, reports[2].Refused, "it needs no way back")
	require.NoError(t, reports[2].Err)
	require.Len(t, reports[3].Refused, 1)
	require.Equal(t, "Softmax", reports[3].Refused[0].Op)
	require.Len(t, reports[3].Passable, 1)
	require.Error(t, reports[4].Err)

	// Where the fallback is allowed nothing is refused.
	reports, err = tfexplain.InspectAll(m, methods[3:4], tfexplain.Options{Signature: "tokens", Target: "probs", AllowGradientFallback: []string{"Softmax"}})
	require.NoError(t, err)
	require.Empty(t, reports[0].Refused)
	require.Len(t, reports[0].Fallbacks, 1)

	_, err = tfexplain.InspectAll(m, methods, tfexplain.Options{Signature: "tokens", Target: "nothing"})
	var e *tfexplain.NameError
	require.ErrorAs(t, err, &e)
}

// Calls with baselines of their own do not get in each other's way.
func TestInnerBaselinesAtOnce(t *testing.T) {
	ctx := context.Background()
	m := loadModel(t, text+"/model")
	ids := readArray(t, text+"/ids.npy")
	xs := map[string]*tensor.Tensor{"tokens": ids}
	const name = "embedding of tokens"
	ex := newExplainer(t, m, tfexplain.DeepLIFT{}, tfexplain.Options{Signature: "tokens", Target: "logits", Explain: []string{name}, BaselinePerCall: true, BatchSize: 3})
	from := func(k int) (*tfexplain.Result, error) {
		return ex.ExplainFrom(ctx, xs, map[string]*tensor.Tensor{"tokens": rowOf(t, ids, k%4)}, nil)
	}
	var want []*tfexplain.Result
	for k := range 4 {
		res, err := from(k)
		require.NoError(t, err)
		want = append(want, res)
	}
	got := make([]*tfexplain.Result, 16)
	errs := make([]error, len(got))
	var wait sync.WaitGroup
	for k := range got {
		wait.Go(func() { got[k], errs[k] = from(k) })
	}
	wait.Wait()
	for k := range got {
		require.NoError(t, errs[k])
		requireClose(t, want[k%4].Attributions[name], got[k].Attributions[name], 1e-5, 1e-5) // sums over threads
	}
}

// Lookups that do not lie side by side are not explained together, but each of
// them by name.
func TestLookupsOfDifferentShapes(t *testing.T) {
	ctx := context.Background()
	s := newNets(t)
	s.one("both", tensor.Int32, [][]int{{-1, 4}}, func(n *net, x []out) out {
		table := n.Op("Cast", []out{n.values([]int{5, 3}, 3, -1, 4, 1, -5, 9, 2, -6, 5, 3, 5, -8, 9, 7, -9)}, graphops.Type("DstT", tensor.Float32))
		every := n.In("both/every").Op("GatherV2", []out{table, x[0], n.IntScalar(0)})
		first := n.op("StridedSlice", x[0], n.IntVector(0, 0), n.IntVector(0, 1), n.IntVector(1, 1))
		first.Node.Set(graphops.Int("begin_mask", 1))
		first.Node.Set(graphops.Int("end_mask", 1))
		first.Node.Set(graphops.Int("shrink_axis_mask", 2))
		one := n.In("both/one").Op("GatherV2", []out{table, first, n.IntScalar(0)})
		return n.op("Relu", n.Add(n.Sum(every, false, 1), one))
	})
	m := s.load()
	_, err := tfexplain.New(ctx, m, tfexplain.DeepLIFT{}, tfexplain.Options{})
	var e *tfexplain.OptionError
	require.ErrorAs(t, err, &e)
	require.ErrorContains(t, err, "name one of both/every/GatherV2, both/one/GatherV2")

	ids, err := tensor.New([]int32{1, 2, 3, 4, 4, 3, 2, 1}, 2, 4)
	require.NoError(t, err)
	for _, name := range []string{"every", "one"} {
		ex := newExplainer(t, m, tfexplain.DeepLIFT{}, tfexplain.Options{Explain: []string{name}})
		require.Empty(t, ex.Explained()[0].IDs, "alone it is not all that an id is worth")
		requireComplete(t, explain(t, ex, xOf(ids), nil), 1e-5)
	}
	both := explain(t, newExplainer(t, m, tfexplain.DeepLIFT{}, tfexplain.Options{Explain: []string{"every", "one"}}), xOf(ids), nil)
	requireComplete(t, both, 1e-5)
	require.Equal(t, []int{2, 4, 3}, both.Attributions["every"].Shape())
	require.Equal(t, []int{2, 3}, both.Attributions["one"].Shape())
	v, err := both.Attributions["one"].Float64s()
	require.NoError(t, err)
	require.NotEqual(t, make([]float64, 6), v)
}
