package tfexplain_test

import (
	"context"
	"fmt"
	"log"
	"math"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// The classes that the model finds most likely, one after the other.
func ExampleTopClass() {
	ctx := context.Background()
	m := mustLoad("paper_m4")
	defer m.Close()
	ex, err := tfexplain.New(ctx, m, tfexplain.GradientInput{}, tfexplain.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer ex.Close()
	x := map[string]*tensor.Tensor{"x": mustTensor([]float32{1, 0}, 1, 2)}
	for rank := 1; rank <= 2; rank++ {
		res, err := ex.Explain(ctx, x, tfexplain.TopClass(rank))
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println("class", res.Classes[0], "answers", res.Target[0])
	}
	// Output:
	// class 1 answers 5.5
	// class 0 answers 2.75
}

// A set of references: the attributions are averaged over them, and the baseline's
// answer is their mean. This is DeepSHAP.
func ExampleValues() {
	ctx := context.Background()
	m := mustLoad("paper_m1")
	defer m.Close()
	background := map[string]*tensor.Tensor{"x": mustTensor([]float32{0, 0, 2, 0}, 2, 2)} // two rows
	ex, err := tfexplain.New(ctx, m, tfexplain.DeepLIFT{}, tfexplain.Options{Baseline: tfexplain.Values(background)})
	if err != nil {
		log.Fatal(err)
	}
	defer ex.Close()
	res, err := ex.Explain(ctx, map[string]*tensor.Tensor{"x": mustTensor([]float32{3, 1}, 1, 2)}, nil)
	if err != nil {
		log.Fatal(err)
	}
	why, _ := tensor.Data[float32](res.Attributions["x"])
	fmt.Println(why, res.BaselineTarget[0])
	// Output: [1.5 -1] 0.5
}

// ExpectedGradients draw from the background set instead of going through all of
// it: the cost does not grow with it.
func ExampleExpectedGradients() {
	ctx := context.Background()
	m := mustLoad("paper_m1")
	defer m.Close()
	background := map[string]*tensor.Tensor{"x": mustTensor([]float32{0, 0, 2, 0}, 2, 2)}
	ex, err := tfexplain.New(ctx, m, tfexplain.ExpectedGradients{Samples: 1000, Seed: 1}, tfexplain.Options{Baseline: tfexplain.Values(background)})
	if err != nil {
		log.Fatal(err)
	}
	defer ex.Close()
	res, err := ex.Explain(ctx, map[string]*tensor.Tensor{"x": mustTensor([]float32{3, 1}, 1, 2)}, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("delta %.1f\n", math.Abs(res.Delta[0]))
	// Output: delta 0.0
}

// At most 16 features, or groups of them, have exact Shapley values. Dims makes a
// group of each entry of these axes.
func ExampleExactShapley() {
	ctx := context.Background()
	m := mustLoad("paper_m3") // the least of its inputs
	defer m.Close()
	ex, err := tfexplain.New(ctx, m, tfexplain.ExactShapley{}, tfexplain.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer ex.Close()
	res, err := ex.Explain(ctx, map[string]*tensor.Tensor{"x": mustTensor([]float32{4, 2}, 1, 2)}, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(res.Players[0].Values, "after", res.Players[0].Coalitions, "coalitions")
	// Output: [1 1] after 2 coalitions
}

// FeatureAblation with a mask: elements with the same number are taken away
// together.
func ExampleFeatureAblation() {
	ctx := context.Background()
	m := mustLoad("paper_m3")
	defer m.Close()
	mask, err := tensor.New([]int32{7, 7}, 2) // both numbers are one group, called 7
	if err != nil {
		log.Fatal(err)
	}
	method := tfexplain.FeatureAblation{Mask: map[string]*tensor.Tensor{"x": mask}}
	ex, err := tfexplain.New(ctx, m, method, tfexplain.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer ex.Close()
	res, err := ex.Explain(ctx, map[string]*tensor.Tensor{"x": mustTensor([]float32{4, 2}, 1, 2)}, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(res.Players[0].IDs, res.Players[0].Values)
	// Output: [7] [2]
}

// KernelSHAP and the other methods with draws give the same numbers for the same
// seed.
func ExampleKernelSHAP() {
	f := tfexplain.Func{
		Inputs: []tfexplain.Input{{Key: "x", DType: tensor.Float64, Shape: []int{-1, 3}}},
		Predict: func(_ context.Context, xs map[string]*tensor.Tensor) (*tensor.Tensor, error) {
			x, err := tensor.Data[float64](xs["x"])
			if err != nil {
				return nil, err
			}
			answers := make([]float64, len(x)/3)
			for row := range answers {
				answers[row] = x[3*row] + 2*x[3*row+1]*x[3*row+2]
			}
			return tensor.New(answers, len(answers))
		},
	}
	ex, err := tfexplain.NewFunc(f, tfexplain.KernelSHAP{Seed: 1}, tfexplain.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer ex.Close()
	x, err := tensor.New([]float64{1, 2, 3}, 1, 3)
	if err != nil {
		log.Fatal(err)
	}
	res, err := ex.Explain(context.Background(), map[string]*tensor.Tensor{"x": x}, nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, v := range res.Players[0].Values {
		fmt.Printf("%.3f ", v)
	}
	// Output: 1.000 6.000 6.000
}

// Methods lists what the command prints, for a menu of one's own.
func ExampleMethods() {
	for _, m := range tfexplain.Methods() {
		if m.Complete && m.Forward {
			fmt.Println(m.Name, m.Cost)
		}
	}
	// Output:
	// shapley samples * (features or groups - 1)
	// exact-shapley 2^(features or groups) - 2
	// kernelshap coalitions
}

// InspectAll says which methods work for a model, before any is compiled.
func ExampleInspectAll() {
	m := mustLoad("tf1_raw_while") // a loop of TensorFlow 1
	defer m.Close()
	reports, err := tfexplain.InspectAll(m, []tfexplain.Method{tfexplain.DeepLIFT{}, tfexplain.Occlusion{}}, tfexplain.Options{})
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range reports {
		fmt.Println(len(r.Refused) == 0)
	}
	// Output:
	// false
	// true
}

// Embeddings of ids have a vector of attributions for each id; Summed adds them up.
func ExampleResult_Summed() {
	ctx := context.Background()
	m, err := savedmodel.Load("../testdata/text/model", savedmodel.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()
	ex, err := tfexplain.New(ctx, m, tfexplain.DeepLIFT{}, tfexplain.Options{Signature: "words", Target: "logits"})
	if err != nil {
		log.Fatal(err)
	}
	defer ex.Close()
	text, err := tensor.New([]string{"the", "film", "was", "not", "great", "", "", ""}, 1, 8)
	if err != nil {
		log.Fatal(err)
	}
	res, err := ex.Explain(ctx, map[string]*tensor.Tensor{"text": text}, tfexplain.Class(1))
	if err != nil {
		log.Fatal(err)
	}
	words, err := res.Summed("text")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(res.Attributions["text"].Shape(), words.Shape())
	// Output: [1 8 6] [1 8]
}

// Score asks for the explained number only: what the metrics need.
func ExampleExplainer_Score() {
	ctx := context.Background()
	m := mustLoad("paper_m1")
	defer m.Close()
	ex, err := tfexplain.New(ctx, m, tfexplain.Gradient{}, tfexplain.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer ex.Close()
	f, err := ex.Score(ctx, map[string]*tensor.Tensor{"x": mustTensor([]float32{3, 1, 5, 1}, 2, 2)}, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(f)
	// Output: [1 3]
}
