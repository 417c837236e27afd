//go:build graft

package graftmodel

import (
	tf "github.com/wamuir/graft/tensorflow"

	"github.com/tfexplain/tfexplain-go/internal/binding"
	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// known is the version whose structs are read.
const known = "github.com/wamuir/graft v0.10.0"

// StructError says that this version of graft has structs that are not known.
type StructError = binding.StructError

// ClosedError says that the application has closed the session of its model.
type ClosedError = binding.ClosedError

// Attach makes a Model of one that the application has loaded with
// tf.LoadSavedModel from dir; savedmodel.Attach says what of it is used and
// which options are taken. The Model keeps saved alive. Closing the Model leaves
// the session open; closing the session waits for calls on their way and makes
// later ones fail with a *ClosedError.
//
// The errors are those of savedmodel.Attach, *StructError and *ClosedError.
func Attach(saved *tf.SavedModel, dir string, o savedmodel.Options) (*savedmodel.Model, error) {
	if saved == nil {
		return nil, &savedmodel.BorrowError{Reason: "the *tf.SavedModel is nil"}
	}
	b, err := binding.Borrow(known, saved.Graph, saved.Session, saved)
	if err != nil {
		return nil, err
	}
	return savedmodel.Attach(dir, b, o)
}

// FromTensor copies a tensor of graft, once. The error is a *tensor.DTypeError
// for types without Go elements.
func FromTensor(t *tf.Tensor) (*tensor.Tensor, error) {
	if t == nil {
		return nil, &tensor.ShapeError{Reason: "the tensor is nil"}
	}
	return binding.FromTensor(t, tensor.DType(t.DataType()))
}

// ToTensor makes a tensor of graft, with one copy. The error is a
// *tensor.DTypeError for float16 and bfloat16, which graft does not make.
func ToTensor(t *tensor.Tensor) (*tf.Tensor, error) {
	elements, shape, err := binding.Elements(t)
	if err != nil {
		return nil, err
	}
	out, err := tf.NewTensor(elements)
	if err == nil && shape != nil {
		err = out.Reshape(shape)
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}
