package tfexplain

import (
	"slices"
	"strconv"
	"strings"
)

// MethodInfo describes a method for people who choose it by name.
type MethodInfo struct {
	Name     string
	Aliases  []string
	Baseline bool   // compares with a baseline
	About    string // the question it answers, in one line
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
	var names []string
	for _, e := range catalog() {
		names = append(names, e.info.Name)
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
	return nil, &OptionError{Field: "method", Given: name, Wanted: "one of " + strings.Join(names, ", ")}
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
		{MethodInfo{Name: "saliency", About: "how strongly does the answer react to each input, whatever the direction: |gradient|"}, plain(Saliency{})},
		{MethodInfo{Name: "gradient", About: "in which direction does the answer move when an input grows a little"}, plain(Gradient{})},
		{MethodInfo{Name: "grad*input", Aliases: []string{"gradinput", "grad_input"}, About: "what did each input contribute, to first order: gradient times input"}, plain(GradientInput{})},
		{MethodInfo{Name: "elrp", Aliases: []string{"epsilon-lrp", "lrp"}, About: "how is the answer handed back, layer by layer, to the inputs: epsilon-LRP", Params: []Param{
			{"epsilon", "1e-4", "greater than zero; absorbs weak contributions"},
			{"canonical", "false", "true: the epsilon rule at every linear map, the last included"},
			{"bias", "absorb", "with canonical=true: absorb, distribute or ignore the bias's share"},
		}}, makeLRP},
		{MethodInfo{Name: "deeplift", Aliases: []string{"rescale"}, Baseline: true, About: "what did each input contribute to the difference from a baseline: sums exactly", Params: []Param{
			{"rules", "complete", "complete: every op accounts for its difference; deepexplain: that tool's rules to the letter"},
		}}, makeDeepLIFT},
	}
}

func makeLRP(params map[string]string) (Method, error) {
	var m EpsilonLRP
	if s, ok := params["epsilon"]; ok {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil || !(v > 0) {
			return nil, &OptionError{Field: "param epsilon", Given: s, Wanted: "a number greater than zero"}
		}
		m.Epsilon = v
	}
	if s, ok := params["canonical"]; ok {
		v, err := strconv.ParseBool(s)
		if err != nil {
			return nil, &OptionError{Field: "param canonical", Given: s, Wanted: "true or false"}
		}
		m.Canonical = v
	}
	switch s := params["bias"]; s {
	case "", "absorb":
	case "distribute":
		m.Bias = Distribute
	case "ignore":
		m.Bias = Ignore
	default:
		return nil, &OptionError{Field: "param bias", Given: s, Wanted: "absorb, distribute or ignore"}
	}
	return m, nil
}

func makeDeepLIFT(params map[string]string) (Method, error) {
	switch s := params["rules"]; s {
	case "", "complete":
		return DeepLIFT{}, nil
	case "deepexplain":
		return DeepLIFT{Rules: DeepExplain}, nil
	default:
		return nil, &OptionError{Field: "param rules", Given: s, Wanted: "complete or deepexplain"}
	}
}
