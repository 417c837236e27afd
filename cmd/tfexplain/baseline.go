package main

import (
	"strconv"

	"github.com/tfexplain/tfexplain-go/savedmodel"
)

// baselineArg is one word of --baseline: a rule, a number or a file.
type baselineArg struct {
	rule   string  // "zeros", "mean", "number" or "file"
	number float64 // for "number"
	file   fileArg // for "file"
}

// baselineArgs reads the words of --baseline.
func baselineArgs(sig *savedmodel.Signature, words groups) ([]baselineArg, error) {
	var args []baselineArg
	for _, group := range words {
		for _, word := range group {
			if word == "zeros" || word == "mean" {
				args = append(args, baselineArg{rule: word})
				continue
			}
			if v, err := strconv.ParseFloat(word, 64); err == nil {
				args = append(args, baselineArg{rule: "number", number: v})
				continue
			}
			files, err := fileArgs("--baseline", sig, groups{{word}})
			if err != nil {
				return nil, err
			}
			args = append(args, baselineArg{rule: "file", file: files[0]})
		}
	}
	return args, nil
}

// refuseBaselines says that a method takes none.
func refuseBaselines(method string, args []baselineArg) error {
	if len(args) == 0 {
		return nil
	}
	return usagef("--baseline: the method %s takes no baseline; leave --baseline out, or choose another method (tfexplain methods)", method)
}
