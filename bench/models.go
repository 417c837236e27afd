package main

import (
	"path/filepath"
)

// model is a net that both sides explain.
type model struct {
	name string
	dir  string // SavedModel
	file string // the same net for shap

	// window is what occlusion hides at once, in tiles: the zero value's windows
	// of one element would be thousands of rows for each picture.
	window []int
}

func models(dir string) []model {
	list := []model{
		{name: "digits", window: []int{4, 4}},
		{name: "mlp", window: []int{16}},
		{name: "resnet", window: []int{8, 8}},
		{name: "transformer", window: []int{1, 64}},
		{name: "lstm", window: []int{1, 64}},
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
