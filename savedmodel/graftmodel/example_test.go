//go:build graft

package graftmodel_test

import (
	"context"
	"fmt"
	"log"

	tf "github.com/wamuir/graft/tensorflow"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/savedmodel/graftmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// The lines of the README.
func Example() {
	const dir = "../../testdata/digits/model"
	ctx := context.Background()
	saved, err := tf.LoadSavedModel(dir, []string{"serve"}, nil)
	if err != nil {
		log.Fatal(err)
	}
	image, err := tf.NewTensor([1][28][28][1]float32{0: {5: {5: {1}, 6: {1}}}})
	if err != nil {
		log.Fatal(err)
	}

	m, err := graftmodel.Attach(saved, dir, savedmodel.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close() // leaves the session open
	ex, err := tfexplain.New(ctx, m, tfexplain.DeepLIFT{}, tfexplain.Options{Target: "logits"})
	if err != nil {
		log.Fatal(err)
	}
	defer ex.Close()
	x, err := graftmodel.FromTensor(image) // a *tf.Tensor, as the service feeds it
	if err != nil {
		log.Fatal(err)
	}
	res, err := ex.Explain(ctx, map[string]*tensor.Tensor{"image": x}, tfexplain.Argmax())
	if err != nil {
		log.Fatal(err)
	}
	why := res.Attributions["image"]
	fmt.Println(why.Shape(), res.Delta[0] < 1e-5 && res.Delta[0] > -1e-5)
	// Output: [1 28 28 1] true
}
