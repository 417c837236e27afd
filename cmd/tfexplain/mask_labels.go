package main

import (
	"fmt"
	"image"
	"image/png"
	"io"
	"os"

	"github.com/tfexplain/tfexplain-go/internal/tensorfile"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// readLabels reads a picture of labels: the ids are its levels of gray, or the
// numbers of its palette's colours. Other pictures have colours, which are no
// numbers.
func readLabels(path string) (*tensor.Tensor, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	config, err := png.DecodeConfig(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	// A label takes up to 2 bytes decoded and 8 as an id.
	if int64(config.Width)*int64(config.Height) > tensorfile.DefaultMaxBytes/10 {
		return nil, fmt.Errorf("%s: %d x %d pixels are too many", path, config.Width, config.Height)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	picture, err := png.Decode(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	level, err := levels(picture)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	b := picture.Bounds()
	ids := make([]int64, 0, b.Dx()*b.Dy())
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			ids = append(ids, level(x, y))
		}
	}
	return tensor.New(ids, b.Dy(), b.Dx())
}

// levels gives the label of each pixel.
func levels(picture image.Image) (func(x, y int) int64, error) {
	switch p := picture.(type) {
	case *image.Gray:
		return func(x, y int) int64 { return int64(p.GrayAt(x, y).Y) }, nil
	case *image.Gray16:
		return func(x, y int) int64 { return int64(p.Gray16At(x, y).Y) }, nil
	case *image.Paletted:
		return func(x, y int) int64 { return int64(p.ColorIndexAt(x, y)) }, nil
	}
	return nil, fmt.Errorf("the picture has colours; wanted a gray one, whose levels are the groups, or one with a palette")
}
