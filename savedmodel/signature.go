package savedmodel

import (
	"maps"
	"slices"
	"strconv"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// Signature is a named way to use the model: input tensors to feed and output
// tensors to fetch.
type Signature struct {
	Name    string
	Method  string       // such as "tensorflow/serving/predict"
	Inputs  []TensorInfo // sorted by key
	Outputs []TensorInfo // sorted by key
}

// TensorInfo describes one tensor of a signature.
type TensorInfo struct {
	Key       string
	Name      string // such as "serving_default_x:0"; empty for a composite
	DType     tensor.DType
	Shape     []int  // -1 where a size is free, as the batch usually is
	KnownRank bool   // false when even the number of axes is free
	Composite string // "sparse" or "composite" when it is more than one tensor, else empty

	tensors []string // all tensors of it: Name, or the parts of a composite
}

// Signatures lists the signatures by name. Those that TensorFlow uses for
// itself, such as "__saved_model_init_op", are left out.
func (m *Meta) Signatures() []Signature { return slices.Clone(m.signatures) }

// Signature finds a signature. An empty name means the only one there is, else
// "serving_default". The error is a *SignatureError.
func (m *Meta) Signature(name string) (*Signature, error) {
	wanted := name
	if name == "" {
		wanted = "serving_default"
		if len(m.signatures) == 1 {
			wanted = m.signatures[0].Name
		}
	}
	e := &SignatureError{Given: name}
	for i := range m.signatures {
		if s := m.signatures[i]; s.Name == wanted {
			return &s, nil
		}
		e.Available = append(e.Available, m.signatures[i].Name)
	}
	return nil, e
}

// Input finds an input by its key or by its tensor's name ("x" or
// "serving_default_x:0"). The error is a *KeyError, or a *CompositeError for
// an input that is not one tensor.
func (s *Signature) Input(key string) (TensorInfo, error) {
	return s.find("input", s.Inputs, key)
}

// Output finds an output as Input does an input.
func (s *Signature) Output(key string) (TensorInfo, error) {
	return s.find("output", s.Outputs, key)
}

func (s *Signature) find(kind string, infos []TensorInfo, key string) (TensorInfo, error) {
	e := &KeyError{Signature: s.Name, Kind: kind, Given: key}
	i := slices.IndexFunc(infos, func(t TensorInfo) bool { return t.Key == key })
	if i < 0 {
		node, index, ok := parseTensorName(key)
		name := node + ":" + strconv.Itoa(index)
		i = slices.IndexFunc(infos, func(t TensorInfo) bool { return ok && t.Name == name })
	}
	if i < 0 {
		for _, t := range infos {
			e.Available = append(e.Available, t.Key)
		}
		return TensorInfo{}, e
	}
	if t := infos[i]; t.Composite == "" {
		return t, nil
	}
	return TensorInfo{}, s.composite(kind, infos[i])
}

func (s *Signature) composite(kind string, t TensorInfo) error {
	return &CompositeError{Signature: s.Name, Kind: kind, Key: t.Key, Composite: t.Composite, Parts: t.tensors}
}

func readSignatures(m *tfproto.MetaGraphDef, g *graph) ([]Signature, error) {
	var out []Signature
	for _, name := range slices.Sorted(maps.Keys(m.GetSignatureDef())) {
		if hiddenSignature(name) {
			continue
		}
		def := m.GetSignatureDef()[name]
		s := Signature{Name: name, Method: def.GetMethodName()}
		var err error
		if s.Inputs, err = readInfos(g, name, "input", def.GetInputs()); err != nil {
			return nil, err
		}
		if s.Outputs, err = readInfos(g, name, "output", def.GetOutputs()); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

func readInfos(g *graph, signature, kind string, infos map[string]*tfproto.TensorInfo) ([]TensorInfo, error) {
	var out []TensorInfo
	for _, key := range slices.Sorted(maps.Keys(infos)) {
		info := infos[key]
		where := "signature " + strconv.Quote(signature) + ", " + kind + " " + strconv.Quote(key)
		t := TensorInfo{Key: key, DType: dtypeOf(info.GetDtype()), tensors: tensorNames(info)}
		switch info.GetEncoding().(type) {
		case *tfproto.TensorInfo_CooSparse_:
			t.Composite = "sparse"
		case *tfproto.TensorInfo_CompositeTensor_:
			t.Composite = "composite"
		case *tfproto.TensorInfo_Name:
		default:
			return nil, &GraphError{Node: where, Reason: "it names no tensor"}
		}
		for i, name := range t.tensors {
			node, index, ok := parseTensorName(name)
			if !ok {
				return nil, &GraphError{Node: where, Reason: strconv.Quote(name) + " is no tensor's name"}
			}
			if g.nodes[node] == nil {
				return nil, &GraphError{Node: where, Reason: "it names the node " + strconv.Quote(node) + ", which the graph does not have"}
			}
			t.tensors[i] = node + ":" + strconv.Itoa(index)
		}
		if t.Composite == "" {
			t.Name = t.tensors[0]
		}
		if reason := shapeProblem(info.GetTensorShape()); reason != "" {
			return nil, &ShapeError{Where: where, Shape: dims(info.GetTensorShape()), Reason: reason}
		}
		if shape := info.GetTensorShape(); shape != nil && !shape.GetUnknownRank() {
			t.KnownRank = true
			t.Shape = make([]int, 0, len(shape.GetDim()))
			for _, d := range shape.GetDim() {
				t.Shape = append(t.Shape, int(d.GetSize()))
			}
		}
		out = append(out, t)
	}
	return out, nil
}

// tensorNames lists the tensors of an info. The parser has bounded how deep
// composites are nested.
func tensorNames(info *tfproto.TensorInfo) []string {
	switch e := info.GetEncoding().(type) {
	case *tfproto.TensorInfo_Name:
		return []string{e.Name}
	case *tfproto.TensorInfo_CooSparse_:
		c := e.CooSparse
		return []string{c.GetValuesTensorName(), c.GetIndicesTensorName(), c.GetDenseShapeTensorName()}
	case *tfproto.TensorInfo_CompositeTensor_:
		var names []string
		for _, c := range e.CompositeTensor.GetComponents() {
			names = append(names, tensorNames(c)...)
		}
		return names
	}
	return nil
}

// dtypeOf drops the mark of reference types (TensorFlow 1 variables), which
// are numbered 100 higher.
func dtypeOf(d int32) tensor.DType {
	if d > 100 {
		d -= 100
	}
	return tensor.DType(d)
}
