package tfexplain_test

import (
	"context"
	"fmt"
	"image"
	"image/color"
	_ "image/png"
	"log"
	"os"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// The program of the README: which class does the network see in a digit, and
// do the pixels' shares add up?
func Example_readme() {
	ctx := context.Background()
	pixels, rows := digit("../testdata/digits/images/8.png"), 1

	m, err := savedmodel.Load("../testdata/digits/model", savedmodel.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()
	ex, err := tfexplain.New(ctx, m, tfexplain.DeepLIFT{}, tfexplain.Options{Target: "logits", BatchSize: 64})
	if err != nil {
		log.Fatal(err) // an *UnsupportedOpError lists every op in the way
	}
	defer ex.Close()
	x, err := tensor.New(pixels, rows, 28, 28, 1) // pixels is a []float32
	if err != nil {
		log.Fatal(err)
	}
	res, err := ex.Explain(ctx, map[string]*tensor.Tensor{"image": x}, tfexplain.Argmax())
	if err != nil {
		log.Fatal(err)
	}
	why := res.Attributions["image"] // same shape as x
	fmt.Println(why.Shape(), res.Classes, res.Delta[0] < 1e-5 && res.Delta[0] > -1e-5)
	// Output: [1 28 28 1] [8] true
}

// digit reads a 28x28 gray PNG as numbers from 0 to 1.
func digit(path string) []float32 {
	f, err := os.Open(path)
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()
	img, _, err := image.Decode(f)
	if err != nil {
		log.Fatal(err)
	}
	var pixels []float32
	for y := range 28 {
		for x := range 28 {
			pixels = append(pixels, float32(color.GrayModel.Convert(img.At(x, y)).(color.Gray).Y)/255)
		}
	}
	return pixels
}
