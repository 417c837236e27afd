//go:build tfgo

// Tfgo is a program that recognises digits with tfgo, and says why in ten more lines.
package main

import (
	"context"
	"fmt"
	"image"
	"image/png"
	"log"
	"os"

	tf "github.com/galeone/tensorflow/tensorflow/go"
	tg "github.com/galeone/tfgo"

	"github.com/tfexplain/tfexplain-go/render"
	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/savedmodel/tfgomodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

const dir = "testdata/digits/model"

func main() {
	// The application as it was.
	model := tg.LoadModel(dir, []string{"serve"}, nil)
	picture := must(digit("testdata/digits/images/3.png"))
	out := model.Exec([]tf.Output{model.Op("StatefulPartitionedCall", 1)},
		map[tf.Output]*tf.Tensor{model.Op("serve_image", 0): picture})
	fmt.Printf("probabilities: %.3f\n", out[0].Value().([][]float32)[0])

	// The ten lines.
	ctx := context.Background()
	m := must(tfgomodel.Attach(model, dir, savedmodel.Options{}))
	defer m.Close() // leaves the application's session open
	ex := must(tfexplain.New(ctx, m, tfexplain.DeepLIFT{}, tfexplain.Options{Target: "logits"}))
	defer ex.Close()
	x := must(tfgomodel.FromTensor(picture))
	res := must(ex.Explain(ctx, map[string]*tensor.Tensor{"image": x}, tfexplain.Argmax()))
	fmt.Printf("why a %d: %.3f, not %.3f; delta %.0e\n", res.Classes[0], res.Target[0], res.BaselineTarget[0], res.Delta[0])
	must(0, os.MkdirAll("out", 0o777))
	must(0, render.SavePNG("out/tfgo.png", must(render.Overlay(x, res.Attributions["image"], render.HeatMapOptions{Width: 280}))))
}

// must ends the program on an error, as tfgo does.
func must[T any](v T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return v
}

// digit reads a gray picture as one row of numbers from 0 to 1.
func digit(path string) (*tf.Tensor, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	picture, err := png.Decode(f)
	if err != nil {
		return nil, err
	}
	gray, ok := picture.(*image.Gray)
	if !ok || gray.Rect.Dx() != 28 || gray.Rect.Dy() != 28 {
		return nil, fmt.Errorf("%s is not a gray picture of 28 x 28 pixels", path)
	}
	var pixels [1][28][28][1]float32
	for i, p := range gray.Pix {
		pixels[0][i/28][i%28][0] = float32(p) / 255
	}
	return tf.NewTensor(pixels)
}
