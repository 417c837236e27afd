package tfexplain

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// params reads parameters that were given as text. The first error sticks.
type params struct {
	given map[string]string
	err   error
}

func (p *params) fail(name, wanted string) {
	if p.err == nil {
		p.err = &OptionError{Field: "param " + name, Given: p.given[name], Wanted: wanted}
	}
}

// count is a number of things, 0 where none is given.
func (p *params) count(name string) int {
	s, ok := p.given[name]
	if !ok {
		return 0
	}
	v, err := strconv.Atoi(s)
	if err != nil || v < 1 {
		p.fail(name, "a whole number greater than zero")
	}
	return v
}

func (p *params) seed() uint64 {
	s, ok := p.given["seed"]
	if !ok {
		return 0
	}
	v, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		p.fail("seed", "a whole number, 0 or more")
	}
	return v
}

// positive is a number greater than zero, 0 where none is given.
func (p *params) positive(name string) float64 {
	s, ok := p.given[name]
	if !ok {
		return 0
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || !(v > 0) || math.IsInf(v, 1) {
		p.fail(name, "a number greater than zero")
	}
	return v
}

func (p *params) flag(name string) bool {
	s, ok := p.given[name]
	if !ok {
		return false
	}
	v, err := strconv.ParseBool(s)
	if err != nil {
		p.fail(name, "true or false")
	}
	return v
}

// sizes are whole numbers of at least least, separated by commas.
func (p *params) sizes(name string, least int) []int {
	s, ok := p.given[name]
	if !ok {
		return nil
	}
	var out []int
	for part := range strings.SplitSeq(s, ",") {
		v, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil || v < least {
			p.fail(name, "whole numbers of at least "+strconv.Itoa(least)+", separated by commas")
			return nil
		}
		out = append(out, v)
	}
	return out
}

// word is the number of a word in a list, 0 where none is given.
func (p *params) word(name string, words ...string) int {
	s, ok := p.given[name]
	if !ok {
		return 0
	}
	i := slices.Index(words, s)
	if i < 0 {
		p.fail(name, "one of "+strings.Join(words, ", "))
	}
	return max(i, 0)
}

func noiseParams() []Param {
	return []Param{
		{"samples", "50", "noisy copies of each row"},
		{"noise", "0.15", "standard deviation of the noise, as a share of the input's range"},
		{"of", "gradient", "the method that is run: gradient, saliency, grad*input, elrp or deeplift"},
		{"seed", "0", "chooses the noise"},
	}
}

func playerParams() []Param {
	return []Param{{"dims", "all axes", "axes of a row, from 0: elements that share their place on these are one feature; 0,1 makes one of each pixel"}}
}

func makeLRP(given map[string]string) (Method, error) {
	p := &params{given: given}
	m := EpsilonLRP{Epsilon: p.positive("epsilon"), Canonical: p.flag("canonical"), Bias: Bias(p.word("bias", "absorb", "distribute", "ignore"))}
	return m, p.err
}

func makeDeepLIFT(given map[string]string) (Method, error) {
	p := &params{given: given}
	return DeepLIFT{Rules: Rules(p.word("rules", "complete", "deepexplain"))}, p.err
}

func makeIG(given map[string]string) (Method, error) {
	p := &params{given: given}
	m := IntegratedGradients{Steps: p.count("steps"), Rule: Quadrature(p.word("rule", quadratureNames[:]...)), Adaptive: p.positive("adaptive"), MaxSteps: p.count("max-steps")}
	if m.MaxSteps > 0 && m.Adaptive == 0 {
		p.fail("max-steps", "the parameter adaptive with it")
	} else if m.MaxSteps > 0 && m.MaxSteps < m.count() {
		p.fail("max-steps", fmt.Sprintf("at least the %d steps to begin with", m.count()))
	}
	return m, p.err
}

func makeExpected(given map[string]string) (Method, error) {
	p := &params{given: given}
	return ExpectedGradients{Samples: p.count("samples"), Seed: p.seed()}, p.err
}

func makeSmooth(given map[string]string) (Method, error) {
	p := &params{given: given}
	m := SmoothGrad{Method: p.smoothed(), Samples: p.count("samples"), Noise: p.positive("noise"), Seed: p.seed()}
	return m, p.err
}

func makeVar(given map[string]string) (Method, error) {
	m, err := makeSmooth(given)
	if err != nil {
		return nil, err
	}
	return VarGrad(m.(SmoothGrad)), nil
}

// smoothed is the method that a noisy one averages.
func (p *params) smoothed() Method {
	name, ok := p.given["of"]
	if !ok {
		return Gradient{}
	}
	m, err := NewMethod(name, nil)
	if err != nil || m.plan().manyRows() {
		p.fail("of", "one of gradient, saliency, grad*input, elrp, deeplift")
		return Gradient{}
	}
	return m
}

func makeOcclusion(given map[string]string) (Method, error) {
	p := &params{given: given}
	return Occlusion{Window: p.sizes("window", 1), Stride: p.sizes("stride", 1), Full: p.flag("full")}, p.err
}

func makeAblation(given map[string]string) (Method, error) {
	p := &params{given: given}
	return FeatureAblation{Dims: p.sizes("dims", 0)}, p.err
}

func makeShapley(given map[string]string) (Method, error) {
	p := &params{given: given}
	m := ShapleySampling{Dims: p.sizes("dims", 0), Samples: p.count("samples"), Seed: p.seed(), Until: p.positive("until"), Shared: p.flag("shared")}
	return m, p.err
}

func makeExactShapley(given map[string]string) (Method, error) {
	p := &params{given: given}
	return ExactShapley{Dims: p.sizes("dims", 0)}, p.err
}

func makeKernelSHAP(given map[string]string) (Method, error) {
	p := &params{given: given}
	return KernelSHAP{Dims: p.sizes("dims", 0), Coalitions: p.count("coalitions"), Seed: p.seed()}, p.err
}
