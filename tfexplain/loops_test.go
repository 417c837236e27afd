package tfexplain_test

import (
	"context"
	"errors"
	"math"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// step is the body of a loop: the next values of its variables.
type step func(b *graphops.Builder, turn out, v []out) []out

// loop runs a step so often: as a loop, or written out.
type loop func(n *net, times int, vars []out, s step) []out

// asLoop makes a While of which nobody can see how often it turns.
func asLoop(n *net, times int, vars []out, s step) []out {
	count := n.Op("Cast", []out{n.Scalar(n.dtype, float64(times))}, graphops.Type("DstT", tensor.Int32))
	return whileBelow(n.Builder, count, vars, s)
}

// whileBelow turns count times.
func whileBelow(b *graphops.Builder, count out, vars []out, s step) []out {
	ins := append([]out{b.IntScalar(0), count}, vars...)
	w := b.While(ins,
		func(b *graphops.Builder, v []out) out { return b.Op("Less", []out{v[0], v[1]}) },
		func(b *graphops.Builder, v []out) []out {
			next := append([]out{b.Add(v[0], b.IntScalar(1)), v[1]}, s(b, v[0], v[2:])...)
			return next
		})
	if w == nil {
		return vars
	}
	var outs []out
	for i := range vars {
		outs = append(outs, out{Node: w, Index: 2 + i})
	}
	return outs
}

func writtenOut(n *net, times int, vars []out, s step) []out {
	for i := range times {
		vars = s(n.Builder, n.IntScalar(i), vars)
	}
	return vars
}

type loopNet struct {
	name   string
	shapes [][]int
	build  func(n *net, x []out, turn loop) out
	// regions says that, written out, elementwise functions reach over several
	// turns, so that DeepLIFT splits differences otherwise.
	regions bool
}

// pick is element i of a scalar-indexed first axis.
func pick(b *graphops.Builder, x, i out) out {
	return b.Op("GatherV2", []out{x, i, b.IntScalar(0)})
}

func loopNets() []loopNet {
	vector, sequence := [][]int{{-1, 3}}, [][]int{{-1, 4, 3}}
	timeFirst := func(b *graphops.Builder, x out) out { return b.Op("Transpose", []out{x, b.IntVector(1, 0, 2)}) }
	list := func(b *graphops.Builder, op string, t tensor.DType, in ...out) out {
		return b.Op(op, in, graphops.Type("element_dtype", t))
	}
	reserve := func(n *net, length out) out {
		return list(n.Builder, "TensorListReserve", n.dtype, n.IntScalar(-1), length)
	}
	// sized is a number that nobody can see before a run.
	sized := func(n *net, x out, size int) out {
		rows := n.Op("StridedSlice", []out{n.Op("Shape", []out{x}), n.IntVector(0), n.IntVector(1), n.IntVector(1)}, graphops.Int("shrink_axis_mask", 1))
		return n.Add(n.Mul(rows, n.IntScalar(0)), n.IntScalar(size))
	}
	return []loopNet{
		{"power", vector, func(n *net, x []out, turn loop) out {
			return turn(n, 4, []out{n.op("OnesLike", x[0]), x[0]}, func(b *graphops.Builder, _ out, v []out) []out {
				return []out{b.Mul(v[0], v[1]), v[1]}
			})[0]
		}, true},
		{"no_turn_at_all", vector, func(n *net, x []out, turn loop) out {
			return turn(n, 0, []out{n.op("Tanh", x[0]), x[0]}, func(b *graphops.Builder, _ out, v []out) []out {
				return []out{b.Mul(v[0], v[1]), v[1]}
			})[0]
		}, false},
		{"recurrent_layer_with_weights_that_vary", [][]int{{-1, 4, 3}, {-1, 3}}, func(n *net, x []out, turn loop) out {
			w := n.weights(1, 3, 3)
			return turn(n, 4, []out{n.op("ZerosLike", x[1]), timeFirst(n.Builder, x[0]), w, x[1]}, func(b *graphops.Builder, i out, v []out) []out {
				h := b.Op("Tanh", []out{b.Add(b.Op("MatMul", []out{v[0], v[2]}), b.Mul(pick(b, v[1], i), v[3]))})
				return []out{h, v[1], v[2], v[3]}
			})[0]
		}, false},
		{"cumulative_sum_through_lists", sequence, func(n *net, x []out, turn loop) out {
			in := list(n.Builder, "TensorListFromTensor", n.dtype, timeFirst(n.Builder, x[0]), n.IntVector(-1, 3))
			rows := n.Sum(n.op("ZerosLike", x[0]), false, 1)
			v := turn(n, 4, []out{in, reserve(n, sized(n, x[0], 4)), rows}, func(b *graphops.Builder, i out, v []out) []out {
				item := list(b, "TensorListGetItem", n.dtype, v[0], i, b.IntVector(-1, 3))
				sum := b.Add(v[2], b.Op("Square", []out{item}))
				return []out{v[0], list(b, "TensorListSetItem", n.dtype, v[1], i, sum), sum}
			})
			all := list(n.Builder, "TensorListStack", n.dtype, v[1], n.IntVector(-1, 3))
			return n.op("Mul", timeFirst(n.Builder, all), n.weights(3, 4, 3))
		}, false},
		{"a_list_that_the_turns_read_and_write", sequence, func(n *net, x []out, turn loop) out {
			in := list(n.Builder, "TensorListFromTensor", n.dtype, timeFirst(n.Builder, x[0]), n.IntVector(-1, 3))
			v := turn(n, 3, []out{in}, func(b *graphops.Builder, i out, v []out) []out {
				next := b.Add(i, b.IntScalar(1))
				here, there := list(b, "TensorListGetItem", n.dtype, v[0], i, b.IntVector(-1, 3)), list(b, "TensorListGetItem", n.dtype, v[0], next, b.IntVector(-1, 3))
				return []out{list(b, "TensorListSetItem", n.dtype, v[0], next, b.Op("Tanh", []out{b.Mul(here, there)}))}
			})
			return timeFirst(n.Builder, list(n.Builder, "TensorListStack", n.dtype, v[0], n.IntVector(-1, 3)))
		}, false},
		{"a_stack_filled_and_emptied", vector, func(n *net, x []out, turn loop) out {
			empty := list(n.Builder, "EmptyTensorList", n.dtype, n.IntScalar(-1), n.IntScalar(-1))
			full := turn(n, 3, []out{empty, x[0]}, func(b *graphops.Builder, _ out, v []out) []out {
				return []out{list(b, "TensorListPushBack", n.dtype, v[0], v[1]), b.Op("Sin", []out{v[1]})}
			})
			return turn(n, 3, []out{full[0], n.op("OnesLike", x[0])}, func(b *graphops.Builder, _ out, v []out) []out {
				top := b.Node("TensorListPopBack", []out{v[0], b.IntScalar(-1)}, graphops.Type("element_dtype", n.dtype))
				return []out{{Node: top}, b.Mul(v[1], out{Node: top, Index: 1})}
			})[1]
		}, true},
		{"a_variable_that_grows", vector, func(n *net, x []out, turn loop) out {
			v := turn(n, 3, []out{x[0], x[0]}, func(b *graphops.Builder, _ out, v []out) []out {
				return []out{b.Op("ConcatV2", []out{v[0], b.Op("Tanh", []out{v[0]}), b.IntScalar(1)}), v[1]}
			})
			return n.op("Mul", v[0], n.weights(4, 24))
		}, false},
		{"the_counter_in_the_numbers", vector, func(n *net, x []out, turn loop) out {
			return turn(n, 4, []out{x[0]}, func(b *graphops.Builder, i out, v []out) []out {
				k := b.Op("Cast", []out{i}, graphops.Type("DstT", n.dtype))
				return []out{b.Op("Sin", []out{b.Add(b.Mul(v[0], k), v[0])})}
			})[0]
		}, true},
		{"a_loop_in_a_loop", vector, func(n *net, x []out, turn loop) out {
			w := n.weights(5, 3, 3)
			return turn(n, 3, []out{x[0], w, x[0]}, func(b *graphops.Builder, i out, v []out) []out {
				// The inner loop turns as often as the outer has, and once more.
				inner := whileBelow(b, b.Add(i, b.IntScalar(1)), []out{v[0], v[1], v[2]}, func(b *graphops.Builder, _ out, v []out) []out {
					return []out{b.Op("Tanh", []out{b.Add(b.Op("MatMul", []out{v[0], v[1]}), v[2])}), v[1], v[2]}
				})
				return []out{b.Mul(inner[0], v[2]), v[1], v[2]}
			})[0]
		}, false},
		{"a_conditional_in_a_loop", vector, func(n *net, x []out, turn loop) out {
			return turn(n, 4, []out{x[0], x[0]}, func(b *graphops.Builder, i out, v []out) []out {
				odd := b.Op("Equal", []out{b.Op("FloorMod", []out{i, b.IntScalar(2)}), b.IntScalar(1)})
				side := func(o out, i int) out { return out{Node: b.Node("Switch", []out{o, odd}), Index: i} }
				even, other := b.Op("Sin", []out{side(v[0], 0)}), b.Mul(side(v[0], 1), side(v[1], 1))
				return []out{b.Op("Merge", []out{side(even, 0), side(other, 1)}), v[1]}
			})[0]
		}, false},
		{"one_loop_after_the_other", vector, func(n *net, x []out, turn loop) out {
			s := func(b *graphops.Builder, _ out, v []out) []out {
				return []out{b.Op("MatMul", []out{b.Op("Tanh", []out{v[0]}), v[1]}), v[1]}
			}
			h := turn(n, 2, []out{x[0], n.weights(6, 3, 3)}, s)[0]
			return turn(n, 3, []out{h, n.weights(7, 3, 3)}, s)[0]
		}, false},
		{"variables_that_change_places", [][]int{{-1, 3}, {-1, 3}}, func(n *net, x []out, turn loop) out {
			v := turn(n, 3, []out{x[0], x[1]}, func(b *graphops.Builder, _ out, v []out) []out {
				return []out{v[1], b.Mul(v[0], v[1])}
			})
			return n.op("Sub", v[0], v[1])
		}, true},
		{"softmax_and_maximum", vector, func(n *net, x []out, turn loop) out {
			return turn(n, 2, []out{x[0], n.weights(8, 3, 3)}, func(b *graphops.Builder, _ out, v []out) []out {
				s := b.Op("Softmax", []out{b.Op("MatMul", []out{v[0], v[1]})})
				return []out{b.Op("Maximum", []out{s, v[0]}), v[1]}
			})[0]
		}, false},
		{"more_turns_than_are_written_out", vector, func(n *net, x []out, turn loop) out {
			ins := []out{x[0], n.weights(9, 3, 3)}
			s := func(b *graphops.Builder, _ out, v []out) []out {
				return []out{b.Add(v[0], b.Scale(b.Op("Tanh", []out{b.Op("MatMul", []out{v[0], v[1]})}), .02)), v[1]}
			}
			return whileBelow(n.Builder, n.IntScalar(100), ins, s)[0]
		}, true},
		{"a_mask_in_a_list", sequence, func(n *net, x []out, turn loop) out {
			here := n.op("Any", n.op("Greater", x[0], n.Scalar(n.dtype, .5)), n.IntScalar(2))
			masks := n.Op("Transpose", []out{n.Op("ExpandDims", []out{here, n.IntScalar(2)}), n.IntVector(1, 0, 2)})
			bools := list(n.Builder, "TensorListFromTensor", tensor.Bool, masks, n.IntVector(-1, 1))
			in := list(n.Builder, "TensorListFromTensor", n.dtype, timeFirst(n.Builder, x[0]), n.IntVector(-1, 3))
			rows := n.Sum(n.op("ZerosLike", x[0]), false, 1)
			return turn(n, 4, []out{rows, in, bools, n.weights(10, 3, 3)}, func(b *graphops.Builder, i out, v []out) []out {
				item := list(b, "TensorListGetItem", n.dtype, v[1], i, b.IntVector(-1, 3))
				mask := b.Op("Tile", []out{list(b, "TensorListGetItem", tensor.Bool, v[2], i, b.IntVector(-1, 1)), b.IntVector(1, 3)})
				next := b.Op("Tanh", []out{b.Add(b.Op("MatMul", []out{v[0], v[3]}), item)})
				return []out{b.Op("SelectV2", []out{mask, next, v[0]}), v[1], v[2], v[3]}
			})[0]
		}, false},
		{"conditions_that_go_from_turn_to_turn", vector, func(n *net, x []out, turn loop) out {
			kept := n.Op("TensorListReserve", []out{n.IntScalar(-1), sized(n, x[0], 4)}, graphops.Type("element_dtype", tensor.Bool))
			v := turn(n, 4, []out{x[0], n.op("Greater", x[0], n.Scalar(n.dtype, 0)), kept, n.weights(11, 3, 3)}, func(b *graphops.Builder, i out, v []out) []out {
				h := b.Op("Sin", []out{b.Op("MatMul", []out{v[0], v[3]})})
				next := b.Op("SelectV2", []out{v[1], h, b.Mul(v[0], h)})
				set := list(b, "TensorListSetItem", tensor.Bool, v[2], i, v[1])
				return []out{next, b.Op("LogicalOr", []out{b.Op("LogicalNot", []out{v[1]}), b.Op("Less", []out{next, v[0]})}), set, v[3]}
			})
			all := n.Op("Cast", []out{list(n.Builder, "TensorListStack", tensor.Bool, v[2], n.IntVector(-1, 3))}, graphops.Type("DstT", n.dtype))
			return n.Add(v[0], n.Sum(n.op("Mul", all, n.weights(12, 4, 1, 3)), false, 0))
		}, true},
		{"a_count_that_the_input_decides", vector, func(n *net, x []out, turn loop) out {
			count := n.Op("Cast", []out{n.op("ZerosLike", x[0])}, graphops.Type("DstT", tensor.Int32))
			v := turn(n, 4, []out{x[0], count, n.weights(13, 3, 3)}, func(b *graphops.Builder, _ out, v []out) []out {
				up := b.Op("Cast", []out{b.Op("Greater", []out{v[0], b.Scalar(n.dtype, 0)})}, graphops.Type("DstT", tensor.Int32))
				return []out{b.Op("Tanh", []out{b.Op("MatMul", []out{v[0], v[2]})}), b.Op("AddV2", []out{v[1], up}), v[2]}
			})
			return n.Add(v[0], n.Op("Cast", []out{v[1]}, graphops.Type("DstT", n.dtype)))
		}, true},
		{"a_condition_in_a_loop_in_a_loop", vector, func(n *net, x []out, turn loop) out {
			zero := n.Scalar(n.dtype, 0)
			return turn(n, 2, []out{x[0], n.op("Greater", x[0], zero), n.weights(14, 3, 3), zero}, func(b *graphops.Builder, _ out, v []out) []out {
				inner := whileBelow(b, b.IntScalar(2), v, func(b *graphops.Builder, _ out, v []out) []out {
					next := b.Op("Tanh", []out{b.Op("MatMul", []out{v[0], v[2]})})
					return []out{b.Op("SelectV2", []out{v[1], next, v[0]}), b.Op("LogicalOr", []out{v[1], b.Op("Less", []out{next, v[3]})}), v[2], v[3]}
				})
				return []out{b.Op("MatMul", []out{inner[0], v[2]}), b.Op("LogicalNot", []out{inner[1]}), v[2], v[3]}
			})[0]
		}, true},
		{"gather_scatter_split_and_join", sequence, func(n *net, x []out, turn loop) out {
			t := n.dtype
			in := list(n.Builder, "TensorListFromTensor", t, timeFirst(n.Builder, x[0]), n.IntVector(-1, 3))
			some := list(n.Builder, "TensorListGather", t, in, n.IntVector(2, 0, 2), n.IntVector(-1, 3))
			spread := list(n.Builder, "TensorListScatterV2", t, n.op("Square", some), n.IntVector(1, 4, 3), n.IntScalar(-1), sized(n, x[0], 5))
			spread = list(n.Builder, "TensorListScatterIntoExistingList", t, spread, n.op("Tanh", some), n.IntVector(0, 2, 4))
			spread = n.Op("TensorListSetItem", []out{spread, sized(n, x[0], 6), pick(n.Builder, timeFirst(n.Builder, x[0]), n.IntScalar(1))},
				graphops.Type("element_dtype", t), graphops.Bool("resize_if_index_out_of_bounds", true))
			spread = n.op("TensorListResize", spread, sized(n, x[0], 5))
			joined := n.Node("TensorListConcatV2", []out{spread, n.IntVector(-1, 3), n.Op("Const", nil, graphops.Type("dtype", tensor.Int64), graphops.Integers("value", tensor.Int64, nil, []int{0}))},
				graphops.Type("element_dtype", t))
			cut := list(n.Builder, "TensorListSplit", t, n.Mul(out{Node: joined}, n.weights(2, 1, 3)), n.IntVector(-1, 3), out{Node: joined, Index: 1})
			return timeFirst(n.Builder, list(n.Builder, "TensorListStack", t, cut, n.IntVector(-1, 3)))
		}, false},
	}
}

// A loop says what the same written out says, by every method, and its gradient
// is what finite differences say.
func TestLoops(t *testing.T) {
	const rows = 3
	for i, c := range loopNets() {
		t.Run(c.name, func(t *testing.T) {
			s := newNets(t)
			s.one("loop", tensor.Float64, c.shapes, func(n *net, x []out) out { return c.build(n, x, asLoop) })
			s.one("written_out", tensor.Float64, c.shapes, func(n *net, x []out) out { return c.build(n, x, writtenOut) })
			m := s.load()
			xs, x0 := map[string]*tensor.Tensor{}, map[string]*tensor.Tensor{}
			for k, shape := range c.shapes {
				key := numbered("x", k, len(c.shapes))
				xs[key] = random(t, tensor.Float64, uint64(10*i+k), append([]int{rows}, shape[1:]...)...)
				x0[key] = random(t, tensor.Float64, uint64(10*i+k+1000), append([]int{1}, shape[1:]...)...)
			}
			requireDifferences(t, m, "loop", xs)
			for name, method := range linearInYs() {
				switch name {
				case "elrp canonical": // gives what a loop starts with its share of relevance in every turn
					continue
				case "grad*input": // nothing that the gradient has not
					continue
				}
				results := map[string]*tfexplain.Result{}
				var refused *tfexplain.UnsupportedOpError
				for _, form := range []string{"loop", "written_out"} {
					o := tfexplain.Options{Signature: form}
					if name == "deeplift" || name == "deeplift DeepExplain" {
						o.Baseline = tfexplain.Values(x0)
					}
					ex, err := tfexplain.New(context.Background(), m, method, o)
					if errors.As(err, &refused) {
						continue
					}
					require.NoError(t, err, "%s, %s", form, name)
					results[form] = explain(t, ex, xs, nil)
					require.NoError(t, ex.Close())
				}
				if refused != nil {
					require.Empty(t, results, "only one form of the loop is refused: %v", refused)
					continue
				}
				got, want := results["loop"], results["written_out"]
				for key := range xs {
					require.NotZero(t, largest(float64s(t, got.Attributions[key])), "%s, %s", name, key)
					if name != "deeplift" || !c.regions {
						requireNear(t, float64s(t, want.Attributions[key]), float64s(t, got.Attributions[key]), 1e-10, name, key)
					}
				}
				if name == "deeplift" {
					requireComplete(t, got, 1e-12) // 1e4 units in the last place
				}
			}
		})
	}
}

// requireDifferences compares the gradient with central differences of the
// model's own answers, in float64.
func requireDifferences(t *testing.T, m *savedmodel.Model, signature string, xs map[string]*tensor.Tensor) {
	t.Helper()
	const step = 1e-5
	sum := func(xs map[string]*tensor.Tensor) float64 {
		y, err := m.Predict(context.Background(), signature, xs)
		require.NoError(t, err)
		total := 0.0
		for _, v := range float64s(t, y["y"]) {
			total += v
		}
		return total
	}
	res := explainOnce(t, m, tfexplain.Gradient{}, tfexplain.Options{Signature: signature}, xs, nil)
	for key, x := range xs {
		got := res.Attributions[key]
		if got == nil {
			continue // an input without rows
		}
		values := float64s(t, x)
		want := make([]float64, len(values))
		for i := range values {
			for _, side := range []float64{1, -1} {
				moved := map[string]*tensor.Tensor{}
				for k, v := range xs {
					moved[k] = v
				}
				v := append([]float64{}, values...)
				v[i] += side * step
				moved[key] = convert(t, tensor.Float64, v, x.Shape()...)
				want[i] += side * sum(moved) / (2 * step)
			}
		}
		// The differences' own error: step^2 times a third derivative, and 1e-16/step.
		requireNear(t, want, float64s(t, got), 1e-7, "differences", key)
	}
}

// A loop turns as often as it is told in each call, and may not turn at all.
func TestLoopCountIsFed(t *testing.T) {
	s := newNets(t)
	s.one("power", tensor.Float64, [][]int{{-1, 2}, {}}, func(n *net, x []out) out {
		count := n.Op("Cast", []out{x[1]}, graphops.Type("DstT", tensor.Int32))
		return whileBelow(n.Builder, count, []out{n.op("OnesLike", x[0]), x[0]}, func(b *graphops.Builder, _ out, v []out) []out {
			return []out{b.Mul(v[0], v[1]), v[1]}
		})[0]
	})
	m := s.load()
	x := []float64{-1.5, .5, 2, -.25}
	gradient := newExplainer(t, m, tfexplain.Gradient{}, tfexplain.Options{Signature: "power"})
	deeplift := newExplainer(t, m, tfexplain.DeepLIFT{}, tfexplain.Options{Signature: "power", Baseline: tfexplain.Values(map[string]*tensor.Tensor{"x0": convert(t, tensor.Float64, []float64{.75, 1}, 1, 2)})})
	for _, n := range []float64{0, 1, 5, 2, 700} {
		xs := map[string]*tensor.Tensor{"x0": convert(t, tensor.Float64, x, 2, 2), "x1": convert(t, tensor.Float64, []float64{n})}
		want := make([]float64, len(x))
		for i, v := range x {
			want[i] = n * math.Pow(v, n-1)
		}
		requireNear(t, want, float64s(t, explain(t, gradient, xs, nil).Attributions["x0"]), 1e-12, n)
		res := explain(t, deeplift, xs, nil)
		got := float64s(t, res.Attributions["x0"])
		for i, v := range x { // one number in, one out: the difference itself
			diff := math.Pow(v, n) - math.Pow([]float64{.75, 1}[i%2], n)
			require.InDelta(t, diff, got[i], 1e-11*max(1, math.Abs(diff)), n)
		}
	}
}

// newton solves y*y = x, until every row is near enough.
func newton(n *net, x []out) out {
	b := n.Builder
	w := b.While([]out{n.op("OnesLike", x[0]), x[0]},
		func(b *graphops.Builder, v []out) out {
			far := b.Op("Greater", []out{b.Abs(b.Sub(b.Square(v[0]), v[1])), b.ScalarLike(v[0], 1e-9)})
			axes := b.Op("Range", []out{b.IntScalar(0), b.Op("Rank", []out{far}), b.IntScalar(1)})
			return b.Op("Any", []out{far, axes})
		},
		func(b *graphops.Builder, v []out) []out {
			return []out{b.Scale(b.Add(v[0], b.Div(v[1], v[0])), .5), v[1]}
		})
	return out{Node: w}
}

// When the loop ends depends on the input. The gradient does not mind; the
// differences that DeepLIFT forms turn by turn need as many turns on both sides.
func TestLoopEndsWhenItIsDone(t *testing.T) {
	s := newNets(t)
	s.one("sqrt", tensor.Float64, [][]int{{-1, 2}}, newton)
	m := s.load()
	x := []float64{2, 3, .5, 1.25}
	xs := xOf(convert(t, tensor.Float64, x, 2, 2))
	want := make([]float64, len(x))
	for i, v := range x {
		want[i] = .5 / math.Sqrt(v)
	}
	res := explainOnce(t, m, tfexplain.Gradient{}, tfexplain.Options{Signature: "sqrt"}, xs, nil)
	requireNear(t, want, float64s(t, res.Attributions["x"]), 1e-6) // the iteration's own error of 1e-9, and one turn behind it

	ex := newExplainer(t, m, tfexplain.DeepLIFT{}, tfexplain.Options{Signature: "sqrt", Baseline: tfexplain.Number(2.9)})
	requireComplete(t, explain(t, ex, xs, nil), 1e-12)
	require.NoError(t, ex.SetBaseline(context.Background(), tfexplain.Number(1)))
	_, err := ex.Explain(context.Background(), xs, nil)
	var choice *tfexplain.ChoiceError
	require.ErrorAs(t, err, &choice)
	require.True(t, choice.Loop)
	require.Equal(t, "sqrt/While", choice.Node)
}

// A sequence of any length, with the layer's steps in lists.
func TestLoopOverOpenLength(t *testing.T) {
	s := newNets(t)
	s.one("rnn", tensor.Float64, [][]int{{-1, -1, 3}}, func(n *net, x []out) out {
		steps := n.Op("Transpose", []out{x[0], n.IntVector(1, 0, 2)})
		length := n.Op("StridedSlice", []out{n.Op("Shape", []out{steps}), n.IntVector(0), n.IntVector(1), n.IntVector(1)}, graphops.Int("shrink_axis_mask", 1))
		element := graphops.Type("element_dtype", n.dtype)
		in := n.Op("TensorListFromTensor", []out{steps, n.IntVector(-1, 3)}, element)
		kept := n.Op("TensorListReserve", []out{n.IntVector(-1, 2), length}, element)
		state := n.op("MatMul", n.Sum(n.op("ZerosLike", x[0]), false, 1), n.weights(1, 3, 2))
		v := whileBelow(n.Builder, length, []out{state, in, kept, n.weights(2, 3, 2), n.weights(3, 2, 2)}, func(b *graphops.Builder, i out, v []out) []out {
			x := b.Op("TensorListGetItem", []out{v[1], i, b.IntVector(-1, 3)}, element)
			z := b.Add(b.Op("MatMul", []out{x, v[3]}), b.Op("MatMul", []out{v[0], v[4]}))
			h := b.Mul(b.Op("Sigmoid", []out{z}), b.Op("Tanh", []out{z}))
			return []out{h, v[1], b.Op("TensorListSetItem", []out{v[2], i, h}, element), v[3], v[4]}
		})
		return n.Op("Transpose", []out{n.Op("TensorListStack", []out{v[2], n.IntVector(-1, 2)}, element), n.IntVector(1, 0, 2)})
	})
	m := s.load()
	for _, length := range []int{1, 7, 2} {
		xs := xOf(random(t, tensor.Float64, uint64(length), 2, length, 3))
		requireDifferences(t, m, "rnn", xs)
	}
}

// Canonical epsilon-LRP loses nothing on the way through the turns when the
// state starts at zero.
func TestLoopConservesRelevance(t *testing.T) {
	s := newNets(t)
	s.one("rnn", tensor.Float64, [][]int{{-1, 5, 3}}, func(n *net, x []out) out {
		steps := n.Op("Transpose", []out{x[0], n.IntVector(1, 0, 2)})
		ins := []out{n.Sum(n.op("ZerosLike", x[0]), false, 1), steps, n.weights(1, 3, 3), n.weights(2, 3, 3)}
		return asLoop(n, 5, ins, func(b *graphops.Builder, i out, v []out) []out {
			z := b.Add(b.Op("MatMul", []out{v[0], v[2]}), b.Op("MatMul", []out{pick(b, v[1], i), v[3]}))
			return []out{b.Op("Tanh", []out{z}), v[1], v[2], v[3]}
		})[0]
	})
	m := s.load()
	res := explainOnce(t, m, tfexplain.EpsilonLRP{Epsilon: 1e-12, Canonical: true}, tfexplain.Options{Signature: "rnn"}, xOf(random(t, tensor.Float64, 1, 4, 5, 3)), nil)
	relevance := float64s(t, res.Attributions["x"])
	for row, f := range res.Target {
		sum := 0.0
		for _, r := range relevance[15*row : 15*(row+1)] {
			sum += r
		}
		require.InDelta(t, f, sum, 1e-6) // what epsilon absorbs of quotients up to 1e4
	}
}

// What cannot be passed in the body of a loop is named like any other op.
func TestLoopRefusesByName(t *testing.T) {
	s := newNets(t)
	s.one("svd", tensor.Float64, [][]int{{-1, 3, 3}}, func(n *net, x []out) out {
		return asLoop(n, 3, []out{x[0]}, func(b *graphops.Builder, _ out, v []out) []out {
			parts := b.Node("Svd", []out{v[0]})
			return []out{b.Op("BatchMatMulV2", []out{{Node: parts, Index: 1}, b.Op("Tanh", []out{v[0]})})}
		})[0]
	})
	m := s.load()
	o := tfexplain.Options{Signature: "svd"}
	report, err := tfexplain.Inspect(m, tfexplain.Gradient{}, o)
	require.NoError(t, err)
	var ops []string
	for _, use := range report.Ops {
		ops = append(ops, use.Op)
	}
	require.Subset(t, ops, []string{"While", "Svd", "Tanh"})
	require.Len(t, report.Refused, 1)
	_, err = tfexplain.New(context.Background(), m, tfexplain.DeepLIFT{}, o)
	var refused *tfexplain.UnsupportedOpError
	require.ErrorAs(t, err, &refused)
	require.Len(t, refused.Ops, 1)
	require.Equal(t, "Svd", refused.Ops[0].Op)
	require.Contains(t, refused.Ops[0].Node, "svd/While/body/")
}

// A mask that is computed from the input chooses in every turn. DeepLIFT accounts
// for it where the baseline has another mask, too; a step that does not differ from
// the baseline's gets nothing.
func TestMaskedSequence(t *testing.T) {
	m, err := savedmodel.Load(filepath.Join(zoo, "models", "rnns_k3"), savedmodel.Options{})
	require.NoError(t, err)
	defer func() { require.NoError(t, m.Close()) }()
	values := randomValues(1, 2, 5, 3)
	half, others := make([]float64, len(values)), randomValues(2, 2, 5, 3)
	for i := range values {
		switch i / 3 {
		case 4, 6: // masked in the input alone, or in both
			values[i] = 0
		case 2, 7: // masked at the baseline
			others[i] = 0
		case 3: // the same
			others[i] = values[i]
		}
		half[i] = -values[i] / 2
	}
	xs := xOf(floats(t, values, 2, 5, 3))
	ex := newExplainer(t, m, tfexplain.DeepLIFT{}, tfexplain.Options{Signature: "masked_gru_steps", BaselinePerCall: true})
	for name, x0 := range map[string][]float64{"the same mask": half, "no step left": make([]float64, len(values)), "another mask": others} {
		res, err := ex.ExplainFrom(context.Background(), xs, xOf(floats(t, x0, 2, 5, 3)), nil)
		require.NoError(t, err, name)
		requireComplete(t, res, 1e-5)
		for i, a := range float64s(t, res.Attributions["x"]) {
			if values[i] == x0[i] {
				require.Zero(t, a, "%s, %d", name, i)
			}
		}
	}
}

// Which step a turn reads must be the same at the baseline, also where a variable
// of the loop says so.
func TestLoopReadsTheSameSteps(t *testing.T) {
	s := newNets(t)
	s.one("steps", tensor.Float64, [][]int{{-1, 3}}, func(n *net, x []out) out {
		element := graphops.Type("element_dtype", n.dtype)
		parts := n.Op("TensorListFromTensor", []out{n.Op("Transpose", []out{x[0], n.IntVector(1, 0)}), n.IntVector(-1)}, element)
		largest := n.Op("Max", []out{x[0], n.IntVector(0, 1)})
		at := n.Op("Cast", []out{n.op("Greater", largest, n.Scalar(n.dtype, 1))}, graphops.Type("DstT", tensor.Int32))
		return asLoop(n, 2, []out{n.Sum(n.op("ZerosLike", x[0]), false, 1), at, parts}, func(b *graphops.Builder, _ out, v []out) []out {
			step := b.Op("TensorListGetItem", []out{v[2], v[1], b.IntVector(-1)}, element)
			return []out{b.Add(v[0], b.Op("Tanh", []out{step})), b.Op("AddV2", []out{v[1], b.IntScalar(1)}), v[2]}
		})[0]
	})
	ex := newExplainer(t, s.load(), tfexplain.DeepLIFT{}, tfexplain.Options{Signature: "steps", BaselinePerCall: true})
	at := func(v ...float64) map[string]*tensor.Tensor { return xOf(convert(t, tensor.Float64, v, 1, 3)) }
	res, err := ex.ExplainFrom(context.Background(), at(.5, 2, -1), at(1.5, .25, .5), nil)
	require.NoError(t, err)
	requireComplete(t, res, 1e-12)
	_, err = ex.ExplainFrom(context.Background(), at(.5, 2, -1), at(0, 0, 0), nil)
	var choice *tfexplain.ChoiceError
	require.ErrorAs(t, err, &choice)
	require.False(t, choice.Loop)
}

// Calls of one Explainer may run at the same time, with loops of other lengths.
func TestLoopsConcurrently(t *testing.T) {
	s := newNets(t)
	s.one("power", tensor.Float64, [][]int{{-1, 2}, {}}, func(n *net, x []out) out {
		count := n.Op("Cast", []out{x[1]}, graphops.Type("DstT", tensor.Int32))
		return whileBelow(n.Builder, count, []out{n.op("OnesLike", x[0]), x[0]}, func(b *graphops.Builder, _ out, v []out) []out {
			return []out{b.Mul(v[0], v[1]), v[1]}
		})[0]
	})
	ex := newExplainer(t, s.load(), tfexplain.DeepLIFT{}, tfexplain.Options{Signature: "power"})
	x := convert(t, tensor.Float64, []float64{.5, 2, -1, 1.5}, 2, 2)
	var wait sync.WaitGroup
	for n := range 8 {
		wait.Go(func() {
			for range 5 {
				res, err := ex.Explain(context.Background(), map[string]*tensor.Tensor{"x0": x, "x1": convert(t, tensor.Float64, []float64{float64(n + 1)})}, nil)
				if assert.NoError(t, err) {
					assert.InDelta(t, math.Pow(2, float64(n+1)), float64s(t, res.Attributions["x0"])[1], 1e-9)
				}
			}
		})
	}
	wait.Wait()
}
