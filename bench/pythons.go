package main

import (
	"errors"
	"path/filepath"
)

// pythons are the workers, started when they are first asked.
type pythons struct {
	python, dir string
	running     map[string]*worker
}

// without says why a column has no number of a method; empty if it has.
func (p *pythons) without(column, method string) string {
	if p.python == "" {
		return "not measured"
	}
	switch method {
	case "elrp":
		return "no Python package computes it on TensorFlow 2"
	case "deeplift":
		if column != shaps {
			return "TensorFlow has none: see the column of shap"
		}
		return ""
	case "ig":
		return ""
	}
	if column == shaps {
		return "not in shap"
	}
	return ""
}

func (p *pythons) call(column string, m model, r request) (answer, error) {
	w := p.running[column]
	if w == nil {
		var err error
		if w, err = p.start(column); err != nil {
			return answer{}, err
		}
	}
	file := m.dir
	if column == shaps {
		file = m.file
	}
	var err error
	if r.Model, err = filepath.Abs(file); err != nil {
		return answer{}, err
	}
	a, err := w.call(r)
	var failed *methodError
	if column == shaps && errors.As(err, &failed) {
		// shap leaves TensorFlow's registry of gradients changed.
		delete(p.running, column)
		err = errors.Join(err, w.close())
	}
	return a, err
}

func (p *pythons) start(column string) (*worker, error) {
	kind, env := "saved", []string{}
	switch column {
	case onednn:
		env = append(env, "TF_ENABLE_ONEDNN_OPTS=1")
	case shaps:
		kind = "shap"
	}
	w, err := startWorker(p.python, p.dir, column, kind, env...)
	if err != nil {
		return nil, err
	}
	if p.running == nil {
		p.running = make(map[string]*worker)
	}
	p.running[column] = w
	return w, nil
}

func (p *pythons) close() {
	for _, w := range p.running {
		w.close()
	}
}
