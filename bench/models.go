package main

import "path/filepath"

// model is a net that both sides explain.
type model struct {
	name  string
	about string
	shape []int // a row of its input

	// window is what occlusion hides at once, in tiles: the zero value's windows
	// of one element would be thousands of rows for each picture.
	window []int

	// rescaled: relu, conv and dense layers only, where DeepLIFT and epsilon-LRP
	// differ from the gradient at the relus alone.
	rescaled bool

	dir  string // SavedModel
	file string // the same net for shap
}

func models(dir string) []model {
	list := []model{
		{name: "digits", about: "digit CNN of testdata, 28x28x1, 2 convolutions", shape: []int{28, 28, 1}, window: []int{4, 4}, rescaled: true},
		{name: "mlp", about: "784-512-512-10", shape: []int{784}, window: []int{16}, rescaled: true},
		{name: "resnet", about: "ResNet-18 at 64x64x3 with batch normalization", shape: []int{64, 64, 3}, window: []int{8, 8}, rescaled: true},
		{name: "transformer", about: "2 layers, 4 heads, 32 tokens of 64", shape: []int{32, 64}, window: []int{1, 64}},
		{name: "lstm", about: "64 units, 32 steps of 64", shape: []int{32, 64}, window: []int{1, 64}},
	}
	for i := range list {
		m := &list[i]
		m.dir = filepath.Join(dir, "models", m.name, "model")
		m.file = filepath.Join(dir, "models", m.name, "model.keras")
		if m.name == "digits" {
			m.dir = filepath.Join("testdata", "digits", "model")
		}
	}
	return list
}
