package main

import (
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// sides are the workers of one model, started when they are first asked: each
// column is a process that knows this model only, because the first model that a
// process loads decides about oneDNN.
type sides struct {
	model       model
	x           string // file with rows
	python, dir string
	running     map[string]*worker
	missing     map[[2]string]*missingError // what a column does not compute, by column and method
}

// without says why a column has no number of a method; empty if it has.
func (s *sides) without(column, method string) string {
	switch {
	case column == ours:
		return ""
	case s.python == "":
		return "no Python was asked"
	case method == "elrp":
		return "no Python package computes it on TensorFlow 2"
	case method == "deeplift" && column != shaps:
		return "TensorFlow has none; see shap"
	case column == shaps && method != "deeplift" && method != "ig":
		return "not in shap"
	}
	return ""
}

func (s *sides) call(column, method string, rows, repeat int, values bool) (answer, error) {
	if m := s.missing[[2]string{column, method}]; m != nil {
		return answer{}, m
	}
	w := s.running[column]
	if w == nil {
		var err error
		if w, err = s.start(column); err != nil {
			return answer{}, err
		}
	}
	file := s.model.dir
	if column == shaps {
		file = s.model.file
	}
	a, err := w.call(request{Model: file, Method: method, X: s.x, Rows: rows, Window: s.model.window, Repeat: repeat, Values: values})
	var failed *missingError
	if column != shaps || !errors.As(err, &failed) {
		return a, err
	}
	s.missing[[2]string{column, method}] = failed
	// shap leaves TensorFlow's registry of gradients changed.
	delete(s.running, column)
	return a, errors.Join(err, w.close())
}

func (s *sides) start(column string) (*worker, error) {
	var cmd *exec.Cmd
	switch column {
	case ours:
		exe, err := os.Executable()
		if err != nil {
			return nil, err
		}
		cmd = exec.Command(exe, "serve")
	case shaps:
		cmd = exec.Command(s.python, filepath.Join("bench", "python", "worker.py"), "shap")
	default:
		cmd = exec.Command(s.python, filepath.Join("bench", "python", "worker.py"), "saved")
	}
	cmd.Env = environment(column)
	w, err := startWorker(cmd, filepath.Join(s.dir, column+".log"))
	if err != nil {
		return nil, err
	}
	s.running[column] = w
	return w, nil
}

const onednnVariable = "TF_ENABLE_ONEDNN_OPTS"

// environment is that of this process; Python's columns say themselves whether
// oneDNN is on.
func environment(column string) []string {
	env := os.Environ()
	if column == ours {
		return env
	}
	env = slices.DeleteFunc(env, func(v string) bool { return strings.HasPrefix(v, onednnVariable+"=") })
	if column == onednn {
		env = append(env, onednnVariable+"=1")
	}
	return env
}

func (s *sides) close() error {
	var failed error
	for _, column := range slices.Sorted(maps.Keys(s.running)) {
		failed = errors.Join(failed, s.running[column].close())
	}
	return failed
}
