//go:build tfgo

package tfgomodel_test

import (
	"context"
	"fmt"
	"log"

	tf "github.com/galeone/tensorflow/tensorflow/go"
	"github.com/galeone/tfgo"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/savedmodel/tfgomodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

func Example() {
	const dir = "../../testdata/digits/model"
	ctx := context.Background()
	model := tfgo.LoadModel(dir, []string{"serve"}, nil)
	image, err := tf.NewTensor([1][28][28][1]float32{0: {5: {5: {1}, 6: {1}}}})
	if err != nil {
		log.Fatal(err)
	}

	m, err := tfgomodel.Attach(model, dir, savedmodel.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close() // leaves the session open
	ex, err := tfexplain.New(ctx, m, tfexplain.DeepLIFT{}, tfexplain.Options{Target: "logits"})
	if err != nil {
		log.Fatal(err)
	}
	defer ex.Close()
	x, err := tfgomodel.FromTensor(image)
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
