package soak

import (
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// net is a model of the zoo and rows to ask it about.
type net struct {
	folder, target string
	files          map[string]string
	strings        map[string][]string // inputs of strings, one for each row
}

var (
	digits      = net{folder: "digits_cnn_k2", target: "logits", files: map[string]string{"image": "digits_cnn_k2/x_image.npy"}}
	residual    = net{folder: "resnet_k3", target: "logits", files: map[string]string{"image": "resnet_k3/x_image.npy"}}
	recurrent   = net{folder: "lstm_k3", target: "logits", files: map[string]string{"tokens": "lstm_k3/x_tokens.npy"}}
	transformer = net{folder: "transformer_tokens_k3", target: "logits", files: map[string]string{"tokens": "transformer_tokens_k3/x_tokens.npy"}}
	patches     = net{folder: "transformer_patches_k3", target: "logits", files: map[string]string{"patches": "transformer_patches_k3/logits/x_patches.npy"}}
	twoInputs   = net{folder: "multi_k3", target: "logits", files: map[string]string{"image": "multi_k3/x_image.npy", "meta": "multi_k3/x_meta.npy"}}
	tabular     = net{folder: "tabular_multi", target: "logits", files: map[string]string{"num": "tabular_multi/logits/x_num.npy", "cat": "tabular_multi/logits/x_cat.npy"},
		strings: map[string][]string{"city": {"oslo", "quito", "atlantis", "paris"}}}
)

// subjects are all that is asked: every method, on nets of every kind.
func subjects() ([]*subject, error) {
	quarters, err := tensor.New([]int64{0, 0, 0, 0, 1, 1, 1, 1}, 8, 1, 1) // rows of an image: two players
	if err != nil {
		return nil, err
	}
	mask := tensors{"image": quarters}
	return build([]plan{
		{net: digits, method: tfexplain.Saliency{}, batch: 5},
		{net: digits, method: tfexplain.Gradient{}},
		{net: digits, method: tfexplain.GradientInput{}, batch: 7},
		{net: digits, method: tfexplain.EpsilonLRP{}},
		{net: digits, method: tfexplain.DeepLIFT{}, batch: 4, compares: true},
		{net: digits, method: tfexplain.DeepLIFT{}, perCall: true, compares: true},
		{net: digits, method: tfexplain.IntegratedGradients{Steps: 8}, batch: 16, compares: true},
		{net: digits, method: tfexplain.ExpectedGradients{Samples: 6}, compares: true, random: true},
		{net: digits, method: tfexplain.SmoothGrad{Samples: 4}, random: true},
		{net: digits, method: tfexplain.VarGrad{Samples: 4}, batch: 9, random: true},
		{net: digits, method: tfexplain.Occlusion{Window: []int{2, 2}, Stride: []int{2}}, compares: true},
		{net: digits, method: tfexplain.FeatureAblation{Mask: mask}, compares: true},
		{net: digits, method: tfexplain.ShapleySampling{Samples: 3, Dims: []int{1}}, batch: 11, compares: true, random: true},
		{net: digits, method: tfexplain.ExactShapley{Mask: mask}, compares: true},
		{net: digits, method: tfexplain.KernelSHAP{Coalitions: 24, Dims: []int{0}}, compares: true},
		{net: digits, method: tfexplain.Occlusion{Window: []int{4, 4}, Stride: []int{4}}, asFunc: true, batch: 8, compares: true},
		{net: residual, method: tfexplain.DeepLIFT{}, batch: 3, compares: true},
		{net: residual, method: tfexplain.GradientInput{}},
		{net: recurrent, method: tfexplain.DeepLIFT{}, compares: true},
		{net: recurrent, method: tfexplain.IntegratedGradients{Steps: 5}, batch: 8, compares: true},
		{net: transformer, method: tfexplain.DeepLIFT{}, compares: true},
		{net: transformer, method: tfexplain.ShapleySampling{Samples: 2}, compares: true, random: true},
		{net: patches, method: tfexplain.GradientInput{}, batch: 2},
		{net: patches, method: tfexplain.IntegratedGradients{Steps: 5, Rule: tfexplain.Trapezoid}, compares: true},
		{net: twoInputs, method: tfexplain.DeepLIFT{}, batch: 2, compares: true},
		{net: twoInputs, method: tfexplain.SmoothGrad{Samples: 3, Method: tfexplain.GradientInput{}}, random: true},
		{net: tabular, method: tfexplain.DeepLIFT{}, compares: true},
		{net: tabular, method: tfexplain.Occlusion{}, compares: true},
	})
}

// plan says what becomes a subject.
type plan struct {
	net                               net
	method                            tfexplain.Method
	batch                             int
	compares, perCall, random, asFunc bool
}

func build(plans []plan) ([]*subject, error) {
	var all []*subject
	for _, p := range plans {
		s := &subject{name: p.net.folder + "/" + p.method.Name(), model: p.net.folder, method: p.method, random: p.random, asFunc: p.asFunc,
			options: tfexplain.Options{Target: p.net.target, BatchSize: p.batch, BaselinePerCall: p.perCall}}
		var err error
		if s.samples, err = read(p.net.files); err != nil {
			return nil, err
		}
		for key, words := range p.net.strings {
			for i := range s.samples {
				if s.samples[i][key], err = tensor.New(words[i:i+1], 1); err != nil {
					return nil, err
				}
			}
		}
		if p.compares {
			pair, err := s.batch([]int{0, 1})
			if err != nil {
				return nil, err
			}
			s.baselines = []tensors{nil, s.samples[1], pair}
		}
		if err := s.poison(); err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}
