package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/tfexplain/tfexplain-go/internal/tensorfile"
	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// example is one folder of export.py: a SavedModel and what the TensorFlow that
// wrote it says about it.
type example struct {
	dir        string
	TensorFlow string `json:"tensorflow"`
	Writer     string `json:"writer"`
	Model      string `json:"model"`
	Signature  string `json:"signature"`
	Target     string `json:"target"`
	Class      int    `json:"class"`
	// SessionError is what the writer's own TensorFlow says when it loads the model
	// into a session, as every reader but Python does; empty if that works.
	SessionError string `json:"session_error"`

	Files struct {
		X             map[string]string `json:"x"`
		X0            map[string]string `json:"x0"`
		GradientInput map[string]string `json:"gradient_input"`
	} `json:"files"`
}

func readExample(dir string) (*example, error) {
	raw, err := os.ReadFile(filepath.Join(dir, "case.json"))
	if err != nil {
		return nil, err
	}
	e := &example{dir: dir}
	if err := json.Unmarshal(raw, e); err != nil {
		return nil, fmt.Errorf("%s/case.json: %w", dir, err)
	}
	return e, nil
}

func (e *example) modelDir() string { return filepath.Join(e.dir, "model") }

func (e *example) path(file string) string { return filepath.Join(e.dir, file) }

// inputs reads the arrays of a signature's inputs.
func (e *example) inputs(sig *savedmodel.Signature, files map[string]string) (map[string]*tensor.Tensor, error) {
	arrays := map[string]*tensor.Tensor{}
	for _, info := range sig.Inputs {
		file, ok := files[info.Key]
		if !ok {
			return nil, fmt.Errorf("signature %q has an input %q; export.py wrote %v", sig.Name, info.Key, files)
		}
		shape := append([]int{-1}, info.Shape[1:]...)
		t, err := tensorfile.Read(e.path(file), tensorfile.Spec{DType: info.DType, Shape: shape})
		if err != nil {
			return nil, err
		}
		arrays[info.Key] = t
	}
	return arrays, nil
}

// older says whether release a of TensorFlow, such as "2.18.1", came before b.
func older(a, b string) bool {
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	for i := range min(len(x), len(y)) {
		m, errM := strconv.Atoi(x[i])
		n, errN := strconv.Atoi(y[i])
		if errM == nil && errN == nil && m != n {
			return m < n
		}
	}
	return false
}
