package tfexplain_test

import (
	"context"
	"fmt"
	"log"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// The model is relu(relu(x1 - 1) - relu(x2)). At (3, 1) it answers 1, and
// DeepLIFT says why: x1 speaks for it with 2, x2 against it with 1.
func Example() {
	ctx := context.Background()
	m, err := savedmodel.Load("../testdata/zoo/models/paper_m1", savedmodel.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()
	ex, err := tfexplain.New(ctx, m, tfexplain.DeepLIFT{}, tfexplain.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer ex.Close()
	x, err := tensor.New([]float32{3, 1}, 1, 2) // one row of two numbers
	if err != nil {
		log.Fatal(err)
	}
	res, err := ex.Explain(ctx, map[string]*tensor.Tensor{"x": x}, nil)
	if err != nil {
		log.Fatal(err)
	}
	why, _ := tensor.Data[float32](res.Attributions["x"])
	fmt.Println(why, "sum to", res.Target[0]-res.BaselineTarget[0], "with delta", res.Delta[0])
	// Output: [2 -1] sum to 1 with delta 0
}

func mustLoad(name string) *savedmodel.Model {
	m, err := savedmodel.Load("../testdata/zoo/models/"+name, savedmodel.Options{})
	if err != nil {
		log.Fatal(err)
	}
	return m
}

func mustTensor(data []float32, shape ...int) *tensor.Tensor {
	t, err := tensor.New(data, shape...)
	if err != nil {
		log.Fatal(err)
	}
	return t
}

// Weights ask "why this and not that": +1 at one output, -1 at the other.
func ExampleWeights() {
	ctx := context.Background()
	m := mustLoad("paper_m4")
	defer m.Close()
	ex, err := tfexplain.New(ctx, m, tfexplain.GradientInput{}, tfexplain.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer ex.Close()
	x := mustTensor([]float32{1, 0}, 1, 2)
	res, err := ex.Explain(ctx, map[string]*tensor.Tensor{"x": x}, tfexplain.Weights(mustTensor([]float32{1, -1}, 1, 2)))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(res.Target[0])
	// Output: -2.75
}

// A baseline can be changed at any time; nothing is compiled for it.
func ExampleExplainer_SetBaseline() {
	ctx := context.Background()
	m := mustLoad("paper_m1")
	defer m.Close()
	ex, err := tfexplain.New(ctx, m, tfexplain.DeepLIFT{}, tfexplain.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer ex.Close()
	x0 := map[string]*tensor.Tensor{"x": mustTensor([]float32{2, 0}, 2)}
	if err := ex.SetBaseline(ctx, tfexplain.Values(x0)); err != nil {
		log.Fatal(err)
	}
	res, err := ex.Explain(ctx, map[string]*tensor.Tensor{"x": mustTensor([]float32{3, 1}, 1, 2)}, nil)
	if err != nil {
		log.Fatal(err)
	}
	why, _ := tensor.Data[float32](res.Attributions["x"])
	fmt.Println(why)
	// Output: [1 -1]
}

// Baselines that come with a call: here each row has one of its own.
func ExampleExplainer_ExplainFrom() {
	ctx := context.Background()
	m := mustLoad("paper_m1")
	defer m.Close()
	ex, err := tfexplain.New(ctx, m, tfexplain.DeepLIFT{}, tfexplain.Options{BaselinePerCall: true})
	if err != nil {
		log.Fatal(err)
	}
	defer ex.Close()
	xs := map[string]*tensor.Tensor{"x": mustTensor([]float32{3, 1, 3, 1}, 2, 2)}
	x0 := map[string]*tensor.Tensor{"x": mustTensor([]float32{0, 0, 2, 0.5}, 2, 2)}
	res, err := ex.ExplainFrom(ctx, xs, x0, nil)
	if err != nil {
		log.Fatal(err)
	}
	why, _ := tensor.Data[float32](res.Attributions["x"])
	fmt.Println(why)
	// Output: [2 -1 1 -0.5]
}

// Inspect says what a method would do with a model before anything runs.
func ExampleInspect() {
	m := mustLoad("tf1_raw_while")
	defer m.Close()
	report, err := tfexplain.Inspect(m, tfexplain.DeepLIFT{}, tfexplain.Options{})
	if err != nil {
		log.Fatal(err)
	}
	for _, op := range report.Ops {
		fmt.Println(op.Op, op.Kind)
	}
	// Output:
	// AddV2 linear
	// Enter opaque
	// Exit opaque
	// Identity linear
	// MatMul bilinear
	// Merge linear
	// NextIteration opaque
	// Softplus unary
	// Switch linear
}

// Methods can be chosen by name, as the command does.
func ExampleNewMethod() {
	method, err := tfexplain.NewMethod("elrp", map[string]string{"epsilon": "0.01"})
	fmt.Println(method.Name(), err)
	_, err = tfexplain.NewMethod("elrp", map[string]string{"steps": "10"})
	fmt.Println(err)
	// Output:
	// elrp <nil>
	// tfexplain: option param steps is "10"; wanted one of the parameters epsilon, canonical, bias
}

// Integrated gradients add up the gradients on the way from the baseline. With
// DeepExplain's rule and an even number of steps they hit the kink at the middle
// of this way exactly.
func ExampleIntegratedGradients() {
	ctx := context.Background()
	m := mustLoad("paper_m1")
	defer m.Close()
	ex, err := tfexplain.New(ctx, m, tfexplain.IntegratedGradients{Rule: tfexplain.RiemannRight, Steps: 100}, tfexplain.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer ex.Close()
	res, err := ex.Explain(ctx, map[string]*tensor.Tensor{"x": mustTensor([]float32{3, 1}, 1, 2)}, nil)
	if err != nil {
		log.Fatal(err)
	}
	why, _ := tensor.Data[float32](res.Attributions["x"])
	fmt.Println(why, "in", ex.Stats().Rows, "rows")
	// Output: [1.5 -0.5] in 100 rows
}

// Occlusion asks what the model loses when a window of the input is replaced by
// the baseline. It needs no gradient, so that no op is an obstacle.
func ExampleOcclusion() {
	ctx := context.Background()
	m := mustLoad("paper_m1")
	defer m.Close()
	for _, window := range []int{1, 2} {
		ex, err := tfexplain.New(ctx, m, tfexplain.Occlusion{Window: []int{window}}, tfexplain.Options{})
		if err != nil {
			log.Fatal(err)
		}
		defer ex.Close()
		res, err := ex.Explain(ctx, map[string]*tensor.Tensor{"x": mustTensor([]float32{3, 1}, 1, 2)}, nil)
		if err != nil {
			log.Fatal(err)
		}
		why, _ := tensor.Data[float32](res.Attributions["x"])
		fmt.Println(why, "delta", res.Delta[0])
	}
	// Output:
	// [1 -1] delta -1
	// [0.5 0.5] delta 0
}

// Shapley values of f(x) = min(x): each element is credited with what it adds on
// average over all orders. Two of them are all orders there are here.
func ExampleShapleySampling() {
	ctx := context.Background()
	m := mustLoad("paper_m3")
	defer m.Close()
	ex, err := tfexplain.New(ctx, m, tfexplain.ShapleySampling{Samples: 2}, tfexplain.Options{Signature: "serving_default"})
	if err != nil {
		log.Fatal(err)
	}
	defer ex.Close()
	res, err := ex.Explain(ctx, map[string]*tensor.Tensor{"x": mustTensor([]float32{4, 2}, 1, 2)}, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(res.Players[0].Values, "sum to", res.Target[0]-res.BaselineTarget[0])
	// Output: [1 1] sum to 2
}

// Any function can be asked: a model behind a network call, say. Here the
// interaction of two features is shared equally by both.
func ExampleNewFunc() {
	ctx := context.Background()
	price := tfexplain.Func{
		Inputs: []tfexplain.Input{{Key: "house", DType: tensor.Float32, Shape: []int{-1, 3}}}, // area, quality, age
		Predict: func(_ context.Context, xs map[string]*tensor.Tensor) (*tensor.Tensor, error) {
			house, err := tensor.Data[float32](xs["house"])
			if err != nil {
				return nil, err
			}
			prices := make([]float32, len(house)/3)
			for n := range prices {
				prices[n] = house[3*n]*house[3*n+1] - house[3*n+2]
			}
			return tensor.New(prices, len(prices))
		},
	}
	ex, err := tfexplain.NewFunc(price, tfexplain.ExactShapley{}, tfexplain.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer ex.Close()
	res, err := ex.Explain(ctx, map[string]*tensor.Tensor{"house": mustTensor([]float32{100, 3, 20}, 1, 3)}, nil)
	if err != nil {
		log.Fatal(err)
	}
	why, _ := tensor.Data[float32](res.Attributions["house"])
	fmt.Println(why)
	// Output: [150 150 -20]
}

// A service warms an Explainer up before it takes requests, and keeps a Result for
// each worker: the calls then allocate nothing.
func ExampleExplainer_ExplainInto() {
	ctx := context.Background()
	m := mustLoad("paper_m1")
	defer m.Close()
	ex, err := tfexplain.New(ctx, m, tfexplain.DeepLIFT{}, tfexplain.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer ex.Close()
	if err := ex.Warmup(ctx, map[string]*tensor.Tensor{"x": mustTensor([]float32{0, 0}, 1, 2)}); err != nil {
		log.Fatal(err)
	}
	var res tfexplain.Result
	for _, request := range [][]float32{{3, 1}, {2, 0.5}} {
		if err := ex.ExplainInto(ctx, map[string]*tensor.Tensor{"x": mustTensor(request, 1, 2)}, nil, &res); err != nil {
			log.Fatal(err)
		}
		why, _ := tensor.Data[float32](res.Attributions["x"])
		fmt.Println(why)
	}
	// Output:
	// [2 -1]
	// [1 -0.5]
}
