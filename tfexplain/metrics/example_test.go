package metrics_test

import (
	"context"
	"fmt"
	"log"

	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain/metrics"
)

// product is a model of two features and a bystander, f(x) = x0*x1 + x2, for
// one row of inputs.
func product(_ context.Context, xs map[string]*tensor.Tensor, of []int) ([]float64, error) {
	x, err := tensor.Data[float64](xs["x"])
	if err != nil {
		return nil, err
	}
	f := make([]float64, len(of))
	for i := range f {
		f[i] = x[3*i]*x[3*i+1] + x[3*i+2]
	}
	return f, nil
}

// judged are attributions of product at 2, 3, 4.
func judged(r0, r1, r2 float64) metrics.Data {
	x, err := tensor.New([]float64{2, 3, 4}, 1, 3)
	if err != nil {
		log.Fatal(err)
	}
	r, err := tensor.New([]float64{r0, r1, r2}, 1, 3)
	if err != nil {
		log.Fatal(err)
	}
	return metrics.Data{Inputs: map[string]*tensor.Tensor{"x": x}, Attributions: map[string]*tensor.Tensor{"x": r}}
}

// Removing either factor removes all of the product, so that gradient times
// input is right for single features and wrong for pairs.
func ExampleSensitivityN() {
	gradientInput := judged(6, 6, 4)
	res, err := metrics.SensitivityN{Sizes: []int{1, 2}}.Measure(context.Background(), product, gradientInput)
	if err != nil {
		log.Fatal(err)
	}
	for i, n := range res.Sizes {
		fmt.Printf("n = %d: r = %.2f, undefined in %d rows\n", n, res.R[i].Mean(), res.R[i].Undefined())
	}
	// Output:
	// n = 1: r = 1.00, undefined in 0 rows
	// n = 2: r = -1.00, undefined in 0 rows
}

func ExampleDeletion() {
	for _, d := range []metrics.Data{judged(3, 3, 4), judged(4, 3, 3)} {
		res, err := metrics.Deletion{}.Measure(context.Background(), product, d)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%.2f %v\n", res.AUC.Mean(), res.Curve)
	}
	// Output:
	// 3.67 [10 6 0 0]
	// 4.33 [10 4 4 0]
}

func ExampleInsertion() {
	res, err := metrics.Insertion{}.Measure(context.Background(), product, judged(3, 3, 4))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.2f %v\n", res.AUC.Mean(), res.Curve)
	// Output: 4.33 [0 4 4 10]
}

// Twice the gradient of a linear model predicts every change, once its scale
// does not count.
func ExampleInfidelity() {
	linear := func(_ context.Context, xs map[string]*tensor.Tensor, of []int) ([]float64, error) {
		x, err := tensor.Data[float64](xs["x"])
		if err != nil {
			return nil, err
		}
		f := make([]float64, len(of))
		for i := range f {
			f[i] = x[3*i] - 2*x[3*i+1] + x[3*i+2]
		}
		return f, nil
	}
	m := metrics.Infidelity{Perturbation: metrics.NoisyBaseline{Sigma: 0.1}, Slopes: true, Scale: true}
	res, err := m.Measure(context.Background(), linear, judged(2, -4, 2))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("infidelity %.4f, beta %.2f\n", res.Infidelity.Mean(), res.Beta.Mean())
	// Output: infidelity 0.0000, beta 0.50
}

func ExampleMaxSensitivity() {
	// Gradient times input of product: (x0*x1, x0*x1, x2).
	explain := func(_ context.Context, xs map[string]*tensor.Tensor, of []int) (map[string]*tensor.Tensor, error) {
		x, err := tensor.Data[float64](xs["x"])
		if err != nil {
			return nil, err
		}
		r := make([]float64, len(x))
		for i := range of {
			p := x[3*i] * x[3*i+1]
			r[3*i], r[3*i+1], r[3*i+2] = p, p, x[3*i+2]
		}
		t, err := tensor.New(r, len(of), 3)
		return map[string]*tensor.Tensor{"x": t}, err
	}
	res, err := metrics.MaxSensitivity{Radius: 0.1, Samples: 1000}.Measure(context.Background(), explain, judged(6, 6, 4))
	if err != nil {
		log.Fatal(err)
	}
	// At the corner, (2.1*3.1 - 6)*sqrt(2) = 0.72 without the third.
	fmt.Printf("%.1f\n", res.Max.Mean())
	// Output: 0.7
}

// DeepLIFT halves the product between its factors.
func ExampleCompleteness() {
	for _, d := range []metrics.Data{judged(3, 3, 4), judged(6, 6, 4)} {
		res, err := metrics.Completeness{}.Measure(context.Background(), product, d)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%.2f, relative %.2f\n", res.Error.Max(), res.Relative.Max())
	}
	// Output:
	// 0.00, relative 0.00
	// 6.00, relative 0.60
}
