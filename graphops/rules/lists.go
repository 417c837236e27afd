package rules

import (
	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// lists are the ops of TensorLists, in which loops keep their steps. A list is
// linear in its elements. Its adjoint is a list of the same length; an element
// of it that was never set counts as zero. To a list of discrete values come
// their shares, which add up in the same way.
func lists() graphops.Registry {
	r := graphops.Registry{}
	for _, op := range []string{"EmptyTensorList", "TensorListReserve", "TensorListLength", "TensorListElementShape"} {
		r[op] = graphops.Rule{Kind: graphops.Constant}
	}
	for op, vjp := range map[string]func(l list) []output{
		"TensorListFromTensor": func(l list) []output {
			return l.Adjoints(func() output { return l.op("TensorListStack", l.Grad(0), l.elementsOf(0)) })
		},
		"TensorListStack": func(l list) []output {
			return l.Adjoints(func() output { return l.op("TensorListFromTensor", l.Grad(0), l.anyShape()) })
		},
		"TensorListGetItem": func(l list) []output {
			return l.Adjoints(func() output { return l.op("TensorListSetItem", l.zeros(l.length()), l.In(1), l.Grad(0)) })
		},
		"TensorListSetItem": func(l list) []output {
			return l.Adjoints(
				func() output {
					rest := l.op("TensorListSetItem", l.Grad(0), l.In(1), l.nothing(2))
					if l.Node.Bool("resize_if_index_out_of_bounds") {
						return l.resized(rest)
					}
					return rest
				}, nil,
				func() output { return l.op("TensorListGetItem", l.Grad(0), l.In(1), l.shape(2)) })
		},
		"TensorListPushBack": func(l list) []output {
			last := l.node("TensorListPopBack", l.Grad(0), l.shape(1))
			return l.Adjoints(func() output { return output{Node: last, Index: 0} }, func() output { return output{Node: last, Index: 1} })
		},
		"TensorListPopBack": func(l list) []output {
			return l.Adjoints(func() output { return l.op("TensorListPushBack", l.Grad(0), l.Grad(1)) })
		},
		"TensorListGather": func(l list) []output {
			return l.Adjoints(func() output {
				sums := l.Op("UnsortedSegmentSum", []output{l.Grad(0), l.In(1), l.length()})
				return l.op("TensorListFromTensor", sums, l.anyShape())
			})
		},
		"TensorListScatter":   scattered,
		"TensorListScatterV2": scattered,
		"TensorListScatterIntoExistingList": func(l list) []output {
			return l.Adjoints(
				func() output {
					return l.op("TensorListScatterIntoExistingList", l.Grad(0), l.nothing(1), l.In(2))
				},
				func() output { return l.op("TensorListGather", l.Grad(0), l.In(2), l.elementsOf(1)) })
		},
		"TensorListConcatV2": func(l list) []output {
			return l.Adjoints(func() output { return l.op("TensorListSplit", l.Grad(0), l.anyShape(), l.Out(1)) })
		},
		"TensorListSplit": func(l list) []output {
			return l.Adjoints(func() output {
				return l.op("TensorListConcatV2", l.Grad(0), l.Op("ConcatV2", []output{l.IntVector(-1), l.elementsOf(0), l.IntScalar(0)}), l.In(2))
			})
		},
		"TensorListResize": func(l list) []output {
			return l.Adjoints(func() output { return l.resized(l.Grad(0)) })
		},
	} {
		r[op] = graphops.Rule{Kind: graphops.Linear, Refuse: listOfLists, VJP: func(c *context) []output { return vjp(list{c}) }}
	}
	return r
}

// scattered takes the elements of a list from the rows of a tensor. Of rows that
// go to the same place the last stays, as in all of TensorFlow's.
func scattered(l list) []output {
	return l.Adjoints(func() output { return l.op("TensorListGather", l.Grad(0), l.In(1), l.elementsOf(0)) })
}

// listOfLists stops at lists that hold lists.
func listOfLists(n *graphops.Node) string {
	if n.Type("element_dtype") == tensor.Variant {
		return "lists of lists have no adjoint"
	}
	return ""
}

// list is what the rules of lists build with.
type list struct{ *context }

func (l list) node(op string, in ...output) *graphops.Node {
	return l.Builder.Node(op, in, graphops.Type("element_dtype", l.element()))
}

// element is the type of the adjoints of elements.
func (l list) element() tensor.DType {
	if t := l.Node.Type("element_dtype"); t != tensor.Bool && !t.IsInteger() {
		return t
	}
	return l.ShareType()
}

// nothing is zero adjoints for an input that is put into a list.
func (l list) nothing(i int) output { return l.Zeros(asType(l.context, l.Node.Inputs[i], l.element())) }

func (l list) op(op string, in ...output) output {
	n := l.node(op, in...)
	if n == nil {
		return output{}
	}
	return output{Node: n}
}

// anyShape says that the shape of a list's elements is left to what is put in.
func (l list) anyShape() output { return l.IntScalar(-1) }

// shape is that of an input.
func (l list) shape(i int) output { return l.ShapeVector(l.Node.Inputs[i]) }

// elementsOf is the shape of the rows of an input.
func (l list) elementsOf(i int) output { return axesOf(l.context, l.Node.Inputs[i], 1, end) }

// length of the list that the op takes.
func (l list) length() output { return l.Op("TensorListLength", []output{l.In(0)}) }

// resized has as many elements as the list that the op takes.
func (l list) resized(o output) output { return l.Op("TensorListResize", []output{o, l.length()}) }

// zeros is a list without a set element.
func (l list) zeros(length output) output {
	return l.op("TensorListReserve", l.anyShape(), length)
}
