package tfexplain_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// What a method cannot go through is an error that lists it. Methods that only ask
// for answers explain the model all the same.
func ExampleNew() {
	ctx := context.Background()
	m := mustLoad("tf1_raw_while")
	defer m.Close()
	_, err := tfexplain.New(ctx, m, tfexplain.DeepLIFT{}, tfexplain.Options{})
	var refused *tfexplain.UnsupportedOpError
	if errors.As(err, &refused) {
		fmt.Println(refused.Ops[0].Op, "is refused:", refused.Ops[0].Reason)
	}
	ex, err := tfexplain.New(ctx, m, tfexplain.Occlusion{}, tfexplain.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer ex.Close()
	fmt.Println(ex.Explained()[0].Name)
	// Output:
	// Enter is refused: it belongs to a loop of TensorFlow 1
	// x
}

// A service warms its Explainer up before it takes requests.
func ExampleExplainer_Warmup() {
	ctx := context.Background()
	m := mustLoad("paper_m1")
	defer m.Close()
	ex, err := tfexplain.New(ctx, m, tfexplain.IntegratedGradients{Steps: 20}, tfexplain.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer ex.Close()
	xs := map[string]*tensor.Tensor{"x": mustTensor([]float32{3, 1, 5, 1}, 2, 2)}
	if err := ex.Warmup(ctx, xs); err != nil {
		log.Fatal(err)
	}
	rows, err := ex.Rows(xs, nil) // that Explain would compute
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(rows, "rows,", ex.Stats().RowsOfARun > 0)
	// Output: 40 rows, true
}

// Why this class and not that one.
func ExampleVersus() {
	ctx := context.Background()
	m := mustLoad("paper_m4")
	defer m.Close()
	ex, err := tfexplain.New(ctx, m, tfexplain.GradientInput{}, tfexplain.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer ex.Close()
	res, err := ex.Explain(ctx, map[string]*tensor.Tensor{"x": mustTensor([]float32{1, 0}, 1, 2)}, tfexplain.Versus(1, 0))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("class 1 gets", res.Target[0], "more than class 0")
	// Output: class 1 gets 2.75 more than class 0
}

// The epsilon rule at every linear map, with the share of each bias spread over the
// inputs: the relevances add up to the answer.
func ExampleEpsilonLRP() {
	ctx := context.Background()
	m := mustLoad("paper_m1")
	defer m.Close()
	method := tfexplain.EpsilonLRP{Canonical: true, Bias: tfexplain.Distribute, Epsilon: 1e-6}
	ex, err := tfexplain.New(ctx, m, method, tfexplain.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer ex.Close()
	res, err := ex.Explain(ctx, map[string]*tensor.Tensor{"x": mustTensor([]float32{3, 1}, 1, 2)}, nil)
	if err != nil {
		log.Fatal(err)
	}
	why, _ := tensor.Data[float32](res.Attributions["x"])
	fmt.Printf("%.2f add up to %.0f\n", why, res.Target[0])
	// Output: [2.00 -1.00] add up to 1
}

// The mean of another method's attributions over noisy copies of the input.
func ExampleSmoothGrad() {
	ctx := context.Background()
	m := mustLoad("paper_m1")
	defer m.Close()
	method := tfexplain.SmoothGrad{Method: tfexplain.GradientInput{}, Samples: 100, Noise: 0.1, Seed: 1}
	ex, err := tfexplain.New(ctx, m, method, tfexplain.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer ex.Close()
	res, err := ex.Explain(ctx, map[string]*tensor.Tensor{"x": mustTensor([]float32{3, 1}, 1, 2)}, nil)
	if err != nil {
		log.Fatal(err)
	}
	why, _ := tensor.Data[float32](res.Attributions["x"])
	fmt.Printf("%.0f\n", why)
	// Output: [3 -1]
}

// Compared with the mean of a data set.
func ExampleMean() {
	ctx := context.Background()
	m := mustLoad("paper_m1")
	defer m.Close()
	data := map[string]*tensor.Tensor{"x": mustTensor([]float32{1, 0, 3, 0}, 2, 2)} // two rows
	ex, err := tfexplain.New(ctx, m, tfexplain.DeepLIFT{}, tfexplain.Options{Baseline: tfexplain.Mean(data)})
	if err != nil {
		log.Fatal(err)
	}
	defer ex.Close()
	res, err := ex.Explain(ctx, map[string]*tensor.Tensor{"x": mustTensor([]float32{3, 1}, 1, 2)}, nil)
	if err != nil {
		log.Fatal(err)
	}
	why, _ := tensor.Data[float32](res.Attributions["x"])
	fmt.Println(why)
	// Output: [1 -1]
}

// A layer inside the model is explained as if its output were the input: what each
// of its numbers contributed.
func ExampleExplainer_Explained() {
	m := mustLoad("digits_cnn")
	defer m.Close()
	o := tfexplain.Options{Target: "logits", Explain: []string{"max_pooling2d_1"}}
	ex, err := tfexplain.New(context.Background(), m, tfexplain.DeepLIFT{}, o)
	if err != nil {
		log.Fatal(err)
	}
	defer ex.Close()
	for _, e := range ex.Explained() {
		fmt.Println(e.Name, e.DType, e.Shape)
	}
	// Output: max_pooling2d_1 float32 [-1 4 4 8]
}
