package soak

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"slices"

	"github.com/tfexplain/tfexplain-go/internal/tensorfile"
	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

const zoo = "../testdata/zoo"

type tensors = map[string]*tensor.Tensor

// subject is a method on a model: what makes its Explainer, the rows it is asked
// about, and what it must answer.
type subject struct {
	name    string // such as "digits_cnn_k2/deeplift"
	model   string // folder of the zoo
	method  tfexplain.Method
	options tfexplain.Options
	asFunc  bool // the model as a Go function, by Predict

	samples   []tensors // one row each; the last ones are poisoned
	clean     int       // how many samples are not
	baselines []tensors // references as rows; nil is zeros. None where nothing is compared
	random    bool      // draws depend on a row's place in the call

	// known has what each sample must get, by baseline, weights, sample and place
	// in the call.
	known [][][][]answer

	ex *tfexplain.Explainer // shared by all goroutines
}

// kinds are the weights that calls take.
const kinds = 3

func weights(kind int) tfexplain.Ys {
	return []tfexplain.Ys{nil, tfexplain.Class(1), tfexplain.Argmax()}[kind]
}

// places is how many rows a call has at most where a row's place matters.
const places = 6

// open makes an Explainer on a model.
func (s *subject) open(ctx context.Context, m *savedmodel.Model) (*tfexplain.Explainer, error) {
	if !s.asFunc {
		return tfexplain.New(ctx, m, s.method, s.options)
	}
	sig, err := m.Signature("")
	if err != nil {
		return nil, err
	}
	f := tfexplain.Func{Predict: func(ctx context.Context, xs tensors) (*tensor.Tensor, error) {
		out, err := m.Predict(ctx, sig.Name, xs)
		if err != nil {
			return nil, err
		}
		return out[s.options.Target], nil
	}}
	for _, in := range sig.Inputs {
		f.Inputs = append(f.Inputs, tfexplain.Input{Key: in.Key, DType: in.DType, Shape: in.Shape})
	}
	return tfexplain.NewFunc(f, s.method, s.options)
}

// read takes the samples from files of the zoo.
func read(files map[string]string) ([]tensors, error) {
	var samples []tensors
	for key, file := range files {
		all, err := tensorfile.ReadRaw(filepath.Join(zoo, "golden", file))
		if err != nil {
			return nil, err
		}
		for i := range all.Shape()[0] {
			row, err := all.Rows(i, i+1)
			if err != nil {
				return nil, err
			}
			if i == len(samples) {
				samples = append(samples, tensors{})
			}
			samples[i][key] = row.Clone()
		}
	}
	return samples, nil
}

// poison adds samples with NaN and infinities among their numbers. What they get
// themselves is not known: whether relu makes of NaN a NaN or 0 depends on where
// in a vector of the processor it stands, and so on the batch.
func (s *subject) poison() error {
	s.clean = len(s.samples)
	for i, bad := range []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))} {
		from := s.samples[i%s.clean]
		sample, found := tensors{}, false
		for key, x := range from {
			sample[key] = x.Clone()
			if data, err := tensor.Data[float32](sample[key]); err == nil {
				data[len(data)/2], found = bad, true
			}
		}
		if found {
			s.samples = append(s.samples, sample)
		}
	}
	return nil
}

// batch joins samples to one call's inputs.
func (s *subject) batch(rows []int) (tensors, error) {
	xs := tensors{}
	for key := range s.samples[0] {
		parts := make([]*tensor.Tensor, len(rows))
		for i, r := range rows {
			parts[i] = s.samples[r][key]
		}
		var err error
		if xs[key], err = tensor.Concat(parts...); err != nil {
			return nil, err
		}
	}
	return xs, nil
}

// learn asks for all that is known later: each sample by itself, or, where a
// row's place decides, as many copies as there are places.
func (s *subject) learn(ctx context.Context) error {
	for b := range max(len(s.baselines), 1) {
		if len(s.baselines) > 0 {
			if err := s.ex.SetBaseline(ctx, s.baseline(b)); err != nil {
				return fmt.Errorf("%s: baseline %d: %w", s.name, b, err)
			}
		}
		byKind := make([][][]answer, kinds)
		for kind := range byKind {
			for i := range s.clean {
				rows := []int{i}
				if s.random {
					rows = slices.Repeat(rows, places)
				}
				xs, err := s.batch(rows)
				if err != nil {
					return err
				}
				res, err := s.ex.Explain(ctx, xs, weights(kind))
				if err != nil {
					return fmt.Errorf("%s: sample %d: %w", s.name, i, err)
				}
				got, err := answers(res)
				if err != nil {
					return err
				}
				byKind[kind] = append(byKind[kind], got)
			}
		}
		s.known = append(s.known, byKind)
	}
	return nil
}

// baseline is one of the subject's, for SetBaseline.
func (s *subject) baseline(b int) tfexplain.Baseline {
	if s.baselines[b] == nil {
		return tfexplain.Zeros()
	}
	return tfexplain.Values(s.baselines[b])
}

// want is what a row must get.
func (s *subject) want(baseline, kind, sample, place int) answer {
	of := s.known[baseline][kind][sample]
	return of[min(place, len(of)-1)]
}
