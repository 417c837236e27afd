// Quickstart asks which pixels made a network see an 8, and draws the answer.
package main

import (
	"context"
	"fmt"
	"image/png"
	"log"
	"os"

	"github.com/tfexplain/tfexplain-go/render"
	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

func main() {
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	m, err := savedmodel.Load("testdata/digits/model", savedmodel.Options{})
	if err != nil {
		return err
	}
	defer m.Close()
	ex, err := tfexplain.New(ctx, m, tfexplain.DeepLIFT{}, tfexplain.Options{Target: "logits"})
	if err != nil {
		return err // an *UnsupportedOpError lists every op in the way
	}
	defer ex.Close()

	x, err := digit("testdata/digits/images/8.png")
	if err != nil {
		return err
	}
	res, err := ex.Explain(ctx, map[string]*tensor.Tensor{"image": x}, tfexplain.Argmax())
	if err != nil {
		return err
	}
	fmt.Printf("class %d, logit %.3f; a black image gets %.3f\n", res.Classes[0], res.Target[0], res.BaselineTarget[0])
	fmt.Printf("the pixels' shares add up to the difference, but for %.0e (delta)\n", res.Delta[0])

	why, err := render.Overlay(x, res.Attributions["image"], render.HeatMapOptions{Width: 280})
	if err != nil {
		return err
	}
	if err := os.MkdirAll("out", 0o777); err != nil {
		return err
	}
	return render.SavePNG("out/quickstart.png", why)
}

// digit reads a picture as one row of what the model takes: gray, 28 x 28, from 0 to 1.
func digit(path string) (*tensor.Tensor, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	picture, err := png.Decode(f)
	if err != nil {
		return nil, err
	}
	return tensor.FromImage(picture, tensor.ImageOptions{Shape: []int{1, 28, 28, 1}})
}
