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
