package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/tfexplain/tfexplain-go/internal/tensorfile"
	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// methodNames are what a cell can be of, in the order of the tables.
func methodNames() []string {
	return []string{"forward", "grad*input", "elrp", "deeplift", "ig", "occlusion"}
}

const steps = 50 // of integrated gradients, as in python/methods.py

// server is our worker: one model and what was made of it.
type server struct {
	model     *savedmodel.Model
	x         *tensor.Tensor
	key       string
	explainer map[string]*tfexplain.Explainer
}

// serve answers requests line by line until its input ends.
func serve(ctx context.Context, in io.Reader, out io.Writer) error {
	s := &server{explainer: make(map[string]*tfexplain.Explainer)}
	defer s.close()
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		var r request
		err := json.Unmarshal(lines.Bytes(), &r)
		var a answer
		if err == nil {
			a, err = s.answer(ctx, r)
		}
		if err != nil {
			a = answer{Error: err.Error()}
		}
		if err := json.NewEncoder(out).Encode(a); err != nil {
			return err
		}
	}
	return lines.Err()
}

func (s *server) close() {
	for _, ex := range s.explainer {
		ex.Close()
	}
	if s.model != nil {
		s.model.Close()
	}
}

// answer times a method. Besides the names of methods there is "load", which loads
// the model, and "new METHOD", which compiles a method and drops it.
func (s *server) answer(ctx context.Context, r request) (answer, error) {
	call, err := s.call(ctx, r)
	if err != nil {
		return answer{}, err
	}
	var a answer
	var values *tensor.Tensor
	start := time.Now()
	for range r.Repeat {
		if values, err = call(); err != nil {
			return a, err
		}
	}
	a.Seconds = time.Since(start).Seconds() / float64(r.Repeat)
	if r.Values {
		if a.Values, err = values.Float64s(); err != nil {
			return a, err
		}
	}
	a.RSS, err = residentBytes("/proc/self/status")
	return a, err
}

func (s *server) call(ctx context.Context, r request) (func() (*tensor.Tensor, error), error) {
	if r.Method == "load" {
		return func() (*tensor.Tensor, error) { return nil, s.load(r.Model) }, nil
	}
	if s.model == nil {
		if err := s.load(r.Model); err != nil {
			return nil, err
		}
	}
	if name, ok := strings.CutPrefix(r.Method, "new "); ok {
		return func() (*tensor.Tensor, error) {
			ex, err := s.compile(ctx, name, r.Window)
			if err != nil {
				return nil, err
			}
			return nil, ex.Close()
		}, nil
	}
	if s.x == nil {
		var err error
		if s.x, err = tensorfile.ReadRaw(r.X); err != nil {
			return nil, err
		}
	}
	x, err := s.x.Rows(0, r.Rows)
	if err != nil {
		return nil, err
	}
	xs := map[string]*tensor.Tensor{s.key: x}
	if r.Method == "forward" {
		return func() (*tensor.Tensor, error) {
			out, err := s.model.Predict(ctx, "", xs)
			return out["logits"], err
		}, nil
	}
	ex := s.explainer[r.Method]
	if ex == nil {
		if ex, err = s.compile(ctx, r.Method, r.Window); err != nil {
			return nil, err
		}
		s.explainer[r.Method] = ex
		if err := ex.Warmup(ctx, xs); err != nil {
			return nil, err
		}
	}
	return func() (*tensor.Tensor, error) {
		res, err := ex.Explain(ctx, xs, tfexplain.Class(0))
		if err != nil {
			return nil, err
		}
		return res.Attributions[s.key], nil
	}, nil
}

func (s *server) load(dir string) error {
	m, err := savedmodel.Load(dir, savedmodel.Options{})
	if err != nil {
		return err
	}
	s.close()
	s.model = m
	sig, err := m.Signature("")
	if err != nil {
		return err
	}
	s.key = sig.Inputs[0].Key
	return nil
}

func (s *server) compile(ctx context.Context, method string, window []int) (*tfexplain.Explainer, error) {
	m, err := newMethod(method, window)
	if err != nil {
		return nil, err
	}
	return tfexplain.New(ctx, s.model, m, tfexplain.Options{Target: "logits"})
}

func newMethod(name string, window []int) (tfexplain.Method, error) {
	switch name {
	case "ig":
		return tfexplain.IntegratedGradients{Steps: steps}, nil
	case "occlusion":
		return tfexplain.Occlusion{Window: window, Stride: window}, nil
	}
	return tfexplain.NewMethod(name, nil)
}

// residentBytes is VmRSS, which Linux counts in kB.
func residentBytes(status string) (int64, error) {
	text, err := os.ReadFile(status)
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		var kB int64
		if n, _ := fmt.Sscanf(line, "VmRSS: %d kB", &kB); n == 1 {
			return kB << 10, nil
		}
	}
	return 0, fmt.Errorf("%s has no line VmRSS", status)
}
