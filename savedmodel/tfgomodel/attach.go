//go:build tfgo

package tfgomodel

import (
	tf "github.com/galeone/tensorflow/tensorflow/go"
	"github.com/galeone/tfgo"

	"github.com/tfexplain/tfexplain-go/internal/binding"
	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// The versions whose structs are read.
const (
	knownTfgo = "github.com/galeone/tfgo v0.0.0-20230715013254-16113111dc99"
	knownFork = "github.com/galeone/tensorflow/tensorflow/go v0.0.0-20221023090153-6b7fa0680c3e"
)

// StructError says that this version of tfgo or of its TensorFlow binding has
// structs that are not known.
type StructError = binding.StructError

// ClosedError says that the application has closed the session of its model.
type ClosedError = binding.ClosedError

// Attach makes a Model of one that the application has loaded with
// tfgo.LoadModel from dir; savedmodel.Attach says what of it is used and which
// options are taken. The Model keeps model alive. Closing the Model leaves the
// session open.
//
// The errors are those of savedmodel.Attach, *StructError and *ClosedError. A
// model of tfgo.ImportModel has no folder; it cannot be attached.
func Attach(model *tfgo.Model, dir string, o savedmodel.Options) (*savedmodel.Model, error) {
	fields, err := binding.Fields(knownTfgo, model, "saved *SavedModel")
	if err != nil {
		return nil, err
	}
	return attach(*(**tf.SavedModel)(fields[0]), model, dir, o)
}

// AttachSaved is Attach for a model that the application has loaded with
// tf.LoadSavedModel of tfgo's binding. Closing its session waits for calls on
// their way and makes later ones fail with a *ClosedError.
func AttachSaved(saved *tf.SavedModel, dir string, o savedmodel.Options) (*savedmodel.Model, error) {
	return attach(saved, saved, dir, o)
}

func attach(saved *tf.SavedModel, owner any, dir string, o savedmodel.Options) (*savedmodel.Model, error) {
	if saved == nil {
		return nil, &savedmodel.BorrowError{Reason: "the *tf.SavedModel is nil"}
	}
	b, err := binding.Borrow(knownFork, saved.Graph, saved.Session, owner)
	if err != nil {
		return nil, err
	}
	return savedmodel.Attach(dir, b, o)
}

// FromTensor copies a tensor of the binding, once. The error is a
// *tensor.DTypeError for types without Go elements.
func FromTensor(t *tf.Tensor) (*tensor.Tensor, error) {
	if t == nil {
		return nil, &tensor.ShapeError{Reason: "the tensor is nil"}
	}
	return binding.FromTensor(t, tensor.DType(t.DataType()))
}

// ToTensor makes a tensor of the binding, with one copy. The error is a
// *tensor.DTypeError for float16 and bfloat16, which the binding does not make.
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
