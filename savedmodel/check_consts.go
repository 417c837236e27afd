package savedmodel

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// maxRank is the most axes a tensor of TensorFlow can have
// (TensorShape::MaxDimensions). A constant with more aborts the process.
const maxRank = 254

// checkTensors checks every tensor and shape in the attributes of every node:
// TensorFlow takes the memory that a constant claims before it can notice that
// the claim is wrong.
func checkTensors(g *graph, l Limits) error {
	c := tensorChecker{limit: l.MaxTensorBytes}
	err := g.bodies(func(function string, n *tfproto.NodeDef) error {
		return c.attrs(function, n, n.GetAttr())
	})
	if err != nil {
		return err
	}
	for _, f := range g.def.GetLibrary().GetFunction() {
		if err := c.attrs(f.GetSignature().GetName(), nil, f.GetAttr()); err != nil {
			return err
		}
	}
	return nil
}

type tensorChecker struct {
	limit  int64
	unpaid int64 // bytes claimed so far beyond those in the file
}

func (c *tensorChecker) attrs(function string, n *tfproto.NodeDef, attrs map[string]*tfproto.AttrValue) error {
	for _, name := range slices.Sorted(maps.Keys(attrs)) {
		if err := c.attr(function, n, name, attrs[name]); err != nil {
			return err
		}
	}
	return nil
}

func (c *tensorChecker) attr(function string, n *tfproto.NodeDef, name string, a *tfproto.AttrValue) error {
	shapes := a.GetList().GetShape()
	if s := a.GetShape(); s != nil {
		shapes = append(shapes, s)
	}
	for _, s := range shapes {
		if reason := shapeProblem(s); reason != "" {
			return &ShapeError{Where: place(function, n.GetName()) + ", attribute " + name, Shape: dims(s), Reason: reason}
		}
	}
	tensors := a.GetList().GetTensor()
	if t := a.GetTensor(); t != nil {
		tensors = append(tensors, t)
	}
	for _, t := range tensors {
		e := c.tensor(t)
		if e == nil {
			e = c.declared(n, t)
		}
		if e != nil {
			e.Function, e.Node, e.Attr = function, n.GetName(), name
			return e
		}
	}
	funcs := a.GetList().GetFunc()
	if f := a.GetFunc(); f != nil {
		funcs = append(funcs, f)
	}
	for _, f := range funcs {
		if err := c.attrs(function, n, f.GetAttr()); err != nil {
			return err
		}
	}
	return nil
}

// tensor checks one TensorProto; the caller says where it is.
func (c *tensorChecker) tensor(t *tfproto.TensorProto) *ConstantError {
	e := &ConstantError{DType: dtypeOf(t.GetDtype()), Shape: dims(t.GetTensorShape()), Limit: c.limit}
	if t.GetTensorShape().GetUnknownRank() {
		e.Reason = "its shape is unknown"
		return e
	}
	if len(e.Shape) > maxRank {
		e.Reason = tooManyAxes(len(e.Shape))
		return e
	}
	elements := int64(1)
	for _, d := range e.Shape {
		if d < 0 {
			e.Reason = fmt.Sprintf("the size %d of an axis is negative", d)
			return e
		}
		if d != 0 && elements > math.MaxInt64/d {
			e.Reason = "its number of elements overflows"
			return e
		}
		elements *= d
	}
	size := elementBytes(e.DType)
	if size != 0 && elements > math.MaxInt64/size {
		e.Reason = "its number of bytes overflows"
		return e
	}
	e.Bytes = elements * size
	if e.Bytes > c.limit {
		e.Reason = fmt.Sprintf("it claims %d bytes", e.Bytes)
		return e
	}
	content := int64(len(t.GetTensorContent()))
	if fixed := int64(e.DType.Size()); fixed != 0 && content != 0 && content != elements*fixed {
		e.Reason = fmt.Sprintf("its shape needs %d bytes and %d are stored", e.Bytes, content)
		return e
	}
	// Every value is stored in at least one byte, wherever it is stored.
	c.unpaid += max(0, e.Bytes-size*storedValues(t)-content)
	if c.unpaid > c.limit {
		e.Reason = fmt.Sprintf("together with the constants before it, %d bytes are claimed that are not stored", c.unpaid)
		return e
	}
	return nil
}

// declared compares the type of a constant with what its node says. TensorFlow
// aborts the process when they differ and an op reads the value early.
func (c *tensorChecker) declared(n *tfproto.NodeDef, t *tfproto.TensorProto) *ConstantError {
	if n.GetOp() != "Const" {
		return nil
	}
	d, ok := n.GetAttr()["dtype"].GetValue().(*tfproto.AttrValue_Type)
	if !ok || d.Type == t.GetDtype() {
		return nil
	}
	return &ConstantError{DType: dtypeOf(t.GetDtype()), Shape: dims(t.GetTensorShape()), Limit: c.limit,
		Reason: fmt.Sprintf("its node declares %v", dtypeOf(d.Type))}
}

// storedValues counts the values that are listed one by one.
func storedValues(t *tfproto.TensorProto) int64 {
	return int64(len(t.GetFloatVal()) + len(t.GetDoubleVal()) + len(t.GetIntVal()) + len(t.GetStringVal()) +
		len(t.GetInt64Val()) + len(t.GetBoolVal()) + len(t.GetHalfVal()) + len(t.GetUint32Val()) + len(t.GetUint64Val()) +
		len(t.GetScomplexVal())/2 + len(t.GetDcomplexVal())/2)
}

// elementBytes is the memory of one element in TensorFlow. It is 0 for types
// whose elements are handles, and 1 for the narrow types that this package
// does not know, which take at least that.
func elementBytes(t tensor.DType) int64 {
	switch t {
	case tensor.String:
		return 24 // sizeof(TF_TString)
	case tensor.QInt8, tensor.QUint8:
		return 1
	case tensor.QInt16, tensor.QUint16:
		return 2
	case tensor.QInt32:
		return 4
	case tensor.Resource, tensor.Variant, tensor.Invalid:
		return 0
	}
	if n := t.Size(); n != 0 {
		return int64(n)
	}
	return 1
}

// shapeProblem checks a shape that may have free axes; the answer is empty
// when there is nothing wrong.
func shapeProblem(s *tfproto.TensorShapeProto) string {
	if s.GetUnknownRank() && len(s.GetDim()) > 0 {
		return "it has axes although their number is said to be unknown"
	}
	if n := len(s.GetDim()); n > maxRank {
		return tooManyAxes(n)
	}
	elements := int64(1)
	for _, d := range s.GetDim() {
		n := d.GetSize()
		if n < -1 {
			return fmt.Sprintf("the size %d of an axis is negative (only -1, unknown, may be)", n)
		}
		if n > 0 && elements > math.MaxInt64/n {
			return "its number of elements overflows"
		}
		if n > 0 {
			elements *= n
		}
	}
	return ""
}

func tooManyAxes(n int) string {
	return fmt.Sprintf("it has %d axes and TensorFlow knows at most %d", n, maxRank)
}

func dims(s *tfproto.TensorShapeProto) []int64 {
	out := make([]int64, 0, len(s.GetDim()))
	for _, d := range s.GetDim() {
		out = append(out, d.GetSize())
	}
	return out
}
