// Package metrics says how good attributions are.
//
// It does not know how attributions were made. It gets them, the inputs they
// belong to, and a function that scores perturbed inputs, so that it can be
// used for any model and any method.
//
//	score := func(ctx context.Context, xs map[string]*tensor.Tensor, of []int) ([]float64, error) { ... }
//	data := metrics.Data{Inputs: xs, Attributions: res.Attributions, BatchSize: 64}
//	res, err := metrics.SensitivityN{}.Measure(ctx, score, data)
//	for i, n := range res.Sizes {
//		fmt.Println(n, res.R[i].Mean(), res.R[i].Undefined())
//	}
//
// # Which metric
//
// With R the attributions, f the explained number, x0 the baseline and x_S the
// input x whose features S are at their baseline:
//
//	SensitivityN    does sum(R over S) follow f(x) - f(x_S)?   -1 to 1, higher is better
//	Deletion        does f fall fast, strongest first?         area under f, lower is better
//	Insertion       does f rise fast, strongest first?         area under f, higher is better
//	Infidelity      does R predict what a perturbation does?   from 0, lower is better
//	MaxSensitivity  does R stay when x hardly moves?           from 0, lower is better
//	Completeness    does R sum to f(x) - f(x0)?                from 0, lower is better
//
// None of them knows the truth: each compares attributions with what the model
// does to inputs it may never have seen the like of. Look at more than one.
//
// # Promises
//
// Rows are perturbed a few at a time: no call gets more than Data.BatchSize
// rows, and memory does not grow with the number of perturbations. What is
// random comes from a seed and the values of the row. So the number of a row
// depends neither on the batch size nor on the rows beside it, and all methods
// that are compared meet the same perturbations. The context is looked at
// before every call.
package metrics
