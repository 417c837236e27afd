package graphops

import (
	"encoding/binary"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// constInts reads the integers of a constant of dtype int32 or int64.
func constInts(p *tfproto.TensorProto) ([]int, bool) {
	dtype := tensor.DType(p.GetDtype())
	if dtype != tensor.Int32 && dtype != tensor.Int64 {
		return nil, false
	}
	count := 1
	for _, d := range p.GetTensorShape().GetDim() {
		count *= int(d.Size)
	}
	if c := p.GetTensorContent(); len(c) > 0 {
		if len(c) != count*dtype.Size() {
			return nil, false
		}
		out := make([]int, count)
		for i := range out {
			if dtype == tensor.Int32 {
				out[i] = int(int32(binary.LittleEndian.Uint32(c[4*i:])))
			} else {
				out[i] = int(int64(binary.LittleEndian.Uint64(c[8*i:])))
			}
		}
		return out, true
	}
	var vals []int
	for _, v := range p.GetIntVal() {
		vals = append(vals, int(v))
	}
	for _, v := range p.GetInt64Val() {
		vals = append(vals, int(v))
	}
	const most = 1 << 16 // shape-like constants are short; do not expand a huge splat
	if count > most || count < 0 || len(vals) > count {
		return nil, false
	}
	// TensorFlow repeats the last value to fill the shape, and 0 when there is none.
	for len(vals) < count {
		last := 0
		if len(vals) > 0 {
			last = vals[len(vals)-1]
		}
		vals = append(vals, last)
	}
	return vals, true
}

// tensorProtoInts is a constant of integers.
func tensorProtoInts(dtype tensor.DType, v []int, shape []int) *tfproto.TensorProto {
	p := &tfproto.TensorProto{Dtype: int32(dtype), TensorShape: protoShape(shape)}
	for _, i := range v {
		if dtype == tensor.Int64 {
			p.Int64Val = append(p.Int64Val, int64(i))
		} else {
			p.IntVal = append(p.IntVal, int32(i))
		}
	}
	return p
}

// tensorProtoFloat is a constant of one value in any float dtype.
func tensorProtoFloat(dtype tensor.DType, v float64) *tfproto.TensorProto {
	p := &tfproto.TensorProto{Dtype: int32(dtype), TensorShape: &tfproto.TensorShapeProto{}}
	switch dtype {
	case tensor.Float64:
		p.DoubleVal = []float64{v}
	case tensor.Float16:
		p.HalfVal = []int32{int32(tensor.HalfOf(v))}
	case tensor.BFloat16:
		p.HalfVal = []int32{int32(tensor.BrainOf(v))}
	default:
		p.FloatVal = []float32{float32(v)}
	}
	return p
}

func protoShape(sizes []int) *tfproto.TensorShapeProto {
	s := &tfproto.TensorShapeProto{}
	for _, d := range sizes {
		s.Dim = append(s.Dim, &tfproto.TensorShapeProto_Dim{Size: int64(d)})
	}
	return s
}

// constBool is a constant bool scalar as 0 or 1.
func constBool(p *tfproto.TensorProto) ([]int, bool) {
	if len(p.GetTensorShape().GetDim()) != 0 {
		return nil, false
	}
	if len(p.BoolVal) > 0 && p.BoolVal[0] || len(p.TensorContent) > 0 && p.TensorContent[0] != 0 {
		return []int{1}, true
	}
	return []int{0}, true
}
