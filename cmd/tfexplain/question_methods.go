package main

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// chosenMethod is a method and what is known of it.
type chosenMethod struct {
	tfexplain.Method
	info  tfexplain.MethodInfo
	given map[string]string // the --param that it has
}

// chooseMethods makes the methods of --method. Each gets those --param that it
// has; one that none of them has is a mistake.
func chooseMethods(names, words []string) ([]chosenMethod, error) {
	given, err := params(words)
	if err != nil {
		return nil, err
	}
	var list []chosenMethod
	used := map[string]bool{}
	for _, name := range names {
		info := methodInfo(name)
		own := map[string]string{}
		for _, p := range info.Params {
			if v, ok := given[p.Name]; ok {
				own[p.Name], used[p.Name] = v, true
			}
		}
		method, err := tfexplain.NewMethod(name, own)
		var option *tfexplain.OptionError
		switch {
		case errors.As(err, &option) && option.Field == "Bias":
			return nil, usagef("--param bias=%s: wanted --param canonical=true with it", own["bias"])
		case err != nil:
			return nil, err
		case slices.ContainsFunc(list, func(m chosenMethod) bool { return m.Name() == method.Name() }):
			return nil, usagef("--method %s is given twice", method.Name())
		}
		if of := averaged(method); of != nil && methodInfo(of.Name()).Baseline {
			info.Baseline = true
		}
		list = append(list, chosenMethod{Method: method, info: info, given: own})
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if !used[name] {
			return nil, usagef("--param %s: no method chosen has it; %s", name, validParams(list))
		}
	}
	return list, nil
}

// leavesGaps says whether some elements may get no attribution, but NaN.
func (m chosenMethod) leavesGaps() bool {
	o, ok := m.Method.(tfexplain.Occlusion)
	return ok && o.Full
}

// averaged is the method that another runs on noisy copies of the input.
func averaged(method tfexplain.Method) tfexplain.Method {
	switch m := method.(type) {
	case tfexplain.SmoothGrad:
		return m.Method
	case tfexplain.VarGrad:
		return m.Method
	}
	return nil
}

// methodInfo finds a method by its name or an alias; an unknown one has no
// name.
func methodInfo(name string) tfexplain.MethodInfo {
	for _, info := range tfexplain.Methods() {
		if info.Name == name || slices.Contains(info.Aliases, name) {
			return info
		}
	}
	return tfexplain.MethodInfo{}
}

func validParams(methods []chosenMethod) string {
	var list []string
	for _, m := range methods {
		var names []string
		for _, p := range m.info.Params {
			names = append(names, p.Name)
		}
		list = append(list, m.Name()+" has "+listed(names))
	}
	return strings.Join(list, "; ")
}

// compares says whether one of the methods compares with a baseline.
func compares(methods []chosenMethod) bool {
	return slices.ContainsFunc(methods, func(m chosenMethod) bool { return m.info.Baseline })
}

// namesOf lists methods in a message.
func namesOf(methods []chosenMethod) string {
	var names []string
	for _, m := range methods {
		names = append(names, m.Name())
	}
	return strings.Join(names, ", ")
}
