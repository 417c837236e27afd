package tensor_test

import (
	"fmt"
	"image"
	"image/color"
	"log"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// A picture becomes a row of what a model takes: here gray, 1 x 2 pixels, from 0 to 1.
// Files are decoded with package image:
//
//	picture, _, err := image.Decode(file) // import _ "image/png"
func ExampleFromImage() {
	picture := image.NewRGBA(image.Rect(0, 0, 2, 1))
	picture.Set(0, 0, color.White)
	picture.Set(1, 0, color.RGBA{R: 255, A: 255})
	x, err := tensor.FromImage(picture, tensor.ImageOptions{Shape: []int{-1, 1, 2, 1}})
	if err != nil {
		log.Fatal(err)
	}
	numbers, err := tensor.Data[float32](x)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%v %.2f\n", x, numbers)
	// Output: float32[1 1 2 1] [1.00 0.30]
}
