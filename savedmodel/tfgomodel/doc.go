// Package tfgomodel explains models that an application has loaded with
// github.com/galeone/tfgo, or with the TensorFlow binding that tfgo uses
// (github.com/galeone/tensorflow/tensorflow/go), in the application's own
// session: the weights exist once.
//
//	model := tfgo.LoadModel("model/", []string{"serve"}, nil)
//	m, err := tfgomodel.Attach(model, "model/", savedmodel.Options{})
//	defer m.Close()
//	ex, err := tfexplain.New(ctx, m, tfexplain.DeepLIFT{}, tfexplain.Options{})
//
// tfgo needs TensorFlow's C headers and library to build, so everything in this
// package is behind the build tag tfgo:
//
//	go build -tags tfgo
//
// A program can hold either tfgo or graft, not both: their C parts define the
// same functions, and they register the same protocol buffers.
package tfgomodel
