package tfexplain

import (
	"slices"
	"strings"
)

// MethodInfo describes a method for people who choose it by name.
type MethodInfo struct {
	Name     string
	Aliases  []string
	Baseline bool   // compares with a baseline
	Complete bool   // its attributions sum to the difference from the baseline; delta is the error
	Forward  bool   // only asks the model for answers, so that no op is refused
	About    string // the question it answers, in one line
	Cost     string // rows it computes for each row explained, and for each reference
	Params   []Param
}

// Param is one parameter of a method, as text.
type Param struct {
	Name    string
	Default string
	About   string
}

// Methods lists every method, simplest first.
func Methods() []MethodInfo {
	var infos []MethodInfo
	for _, e := range catalog() {
		infos = append(infos, e.info)
	}
	return infos
}

// NewMethod makes a method from its name, or an alias, and parameters given as
// text. The error is an *OptionError that lists what there is.
func NewMethod(name string, params map[string]string) (Method, error) {
	var names, all []string
	for _, e := range catalog() {
		names, all = append(names, e.info.Name), append(append(all, e.info.Name), e.info.Aliases...)
		if e.info.Name != name && !slices.Contains(e.info.Aliases, name) {
			continue
		}
		for p := range params {
			if !slices.ContainsFunc(e.info.Params, func(q Param) bool { return q.Name == p }) {
				return nil, &OptionError{Field: "param " + p, Given: params[p], Wanted: e.info.paramNames()}
			}
		}
		m, err := e.make(params)
		if err != nil {
			return nil, err
		}
		return m, m.validate()
	}
	return nil, &OptionError{Field: "method", Given: name, Wanted: "one of " + strings.Join(names, ", ") + meant(name, all)}
}

// meant asks whether one of the names was meant, if it is nearly what was given: a
// letter left out, added or changed, twice at most.
func meant(given string, names []string) string {
	const most = 2
	if best := nearest(given, names)[0]; edits(strings.ToLower(given), best) <= most {
		return "; did you mean " + best + "?"
	}
	return ""
}

func (i MethodInfo) paramNames() string {
	if len(i.Params) == 0 {
		return "no parameters: " + i.Name + " has none"
	}
	var names []string
	for _, p := range i.Params {
		names = append(names, p.Name)
	}
	return "one of the parameters " + strings.Join(names, ", ")
}

type catalogEntry struct {
	info MethodInfo
	make func(params map[string]string) (Method, error)
}

func catalog() []catalogEntry {
	plain := func(m Method) func(map[string]string) (Method, error) {
		return func(map[string]string) (Method, error) { return m, nil }
	}
	return []catalogEntry{
		{MethodInfo{Name: "saliency", About: "how strongly does the answer react to each input, whatever the direction: |gradient|", Cost: "1"}, plain(Saliency{})},
		{MethodInfo{Name: "gradient", About: "in which direction does the answer move when an input grows a little", Cost: "1"}, plain(Gradient{})},
		{MethodInfo{Name: "grad*input", Aliases: []string{"gradinput", "grad_input"}, About: "what did each input contribute, to first order: gradient times input", Cost: "1"}, plain(GradientInput{})},
		{MethodInfo{Name: "elrp", Aliases: []string{"epsilon-lrp", "lrp"}, About: "how is the answer handed back, layer by layer, to the inputs: epsilon-LRP", Cost: "1", Params: []Param{
			{"epsilon", "1e-4", "greater than zero; absorbs weak contributions"},
			{"canonical", "false", "true: the epsilon rule at every linear map, the last included"},
			{"bias", "absorb", "with canonical=true: absorb, distribute or ignore the bias's share"},
		}}, makeLRP},
		{MethodInfo{Name: "deeplift", Aliases: []string{"rescale"}, Baseline: true, Complete: true, About: "what did each input contribute to the difference from a baseline: sums exactly", Cost: "1", Params: []Param{
			{"rules", "complete", "complete: every op accounts for its difference; deepexplain: that tool's rules to the letter"},
		}}, makeDeepLIFT},
		{MethodInfo{Name: "ig", Aliases: []string{"integrated-gradients", "intgrad"}, Baseline: true, Complete: true, About: "what did each input contribute on the way from a baseline: gradients added up", Cost: "steps", Params: []Param{
			{"steps", "50", "gradients for each row and reference"},
			{"rule", "gausslegendre", "gausslegendre, right (DeepExplain's), left, middle or trapezoid"},
			{"adaptive", "0", "double the steps of a row until |delta| is at most this"},
			{"max-steps", "32*steps", "with adaptive: the most steps"},
		}}, makeIG},
		{MethodInfo{Name: "expected-gradients", Aliases: []string{"eg", "gradient-shap"}, Baseline: true, Complete: true, About: "integrated gradients averaged over a background set (--baselines)", Cost: "samples, however many references there are", Params: []Param{
			{"samples", "50", "draws of a reference and a point for each row"},
			{"seed", "0", "chooses the draws"},
		}}, makeExpected},
		{MethodInfo{Name: "smoothgrad", About: "the gradient, averaged over noisy copies of the input", Cost: "samples + 1", Params: noiseParams()}, makeSmooth},
		{MethodInfo{Name: "vargrad", About: "how much the gradient varies over noisy copies of the input", Cost: "samples + 1", Params: noiseParams()}, makeVar},
		{MethodInfo{Name: "occlusion", Baseline: true, Forward: true, About: "what does the answer lose when a window of the input is replaced by the baseline", Cost: "1 for each window", Params: []Param{
			{"window", "one element", "size along each axis of a row, such as 3,3; axes left out are covered whole"},
			{"stride", "1", "how far the window moves: one number for all axes, or one for each"},
			{"full", "false", "true: only windows that full strides reach, as DeepExplain does; elements that none covers get NaN"},
		}}, makeOcclusion},
		{MethodInfo{Name: "ablation", Aliases: []string{"feature-ablation"}, Baseline: true, Forward: true, About: "what does the answer lose when a feature, or a group of features, is replaced by the baseline", Cost: "1 for each feature or group", Params: playerParams()}, makeAblation},
		{MethodInfo{Name: "shapley", Aliases: []string{"shapley-sampling", "shapley_sampling"}, Baseline: true, Complete: true, Forward: true, About: "what does a feature add on average, whichever are there before it: Shapley values, from random orders", Cost: "samples * (features or groups - 1)", Params: append(playerParams(),
			Param{"samples", "20", "random orders, each second one the reverse of the one before"},
			Param{"seed", "0", "chooses the orders"},
			Param{"until", "0", "stop once every standard error is at most this"},
			Param{"shared", "false", "true: the same orders for all rows and no reverses, as DeepExplain does"},
		)}, makeShapley},
		{MethodInfo{Name: "exact-shapley", Baseline: true, Complete: true, Forward: true, About: "Shapley values of at most 16 features or groups, from all coalitions", Cost: "2^(features or groups) - 2", Params: playerParams()}, makeExactShapley},
		{MethodInfo{Name: "kernelshap", Aliases: []string{"kernel-shap"}, Baseline: true, Complete: true, Forward: true, About: "Shapley values, estimated by weighted least squares over coalitions", Cost: "coalitions", Params: append(playerParams(),
			Param{"coalitions", "2*features + 2048", "coalitions valued, at least 2 for each feature or group; exact where these are all"},
			Param{"seed", "0", "chooses the coalitions"},
		)}, makeKernelSHAP},
	}
}
