package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tfexplain/tfexplain-go/render"
	"github.com/tfexplain/tfexplain-go/savedmodel"
)

// provenance is what a report was made from: enough to make it again.
func (c *explainCmd) provenance(m *savedmodel.Model, p *plan) ([]render.Fact, error) {
	sum, err := fingerprint(c.Model)
	if err != nil {
		return nil, err
	}
	target := p.target.Key
	if p.target.Name != "" {
		target += " (" + p.target.Name + ")"
	}
	facts := []render.Fact{
		{Name: "model", Value: c.Model},
		{Name: "saved_model.pb", Value: "sha256 " + sum},
		{Name: "signature", Value: p.sig.Name},
		{Name: "target", Value: target},
	}
	if _, held := c.notExplained(p); len(held) > 0 {
		facts = append(facts, render.Fact{Name: "not explained", Value: strings.Join(held, ", ") + ", held at the values given"})
	}
	if compares(p.methods) {
		facts = append(facts, render.Fact{Name: "baseline", Value: p.baseline.about})
	}
	return append(facts,
		render.Fact{Name: "rows", Value: fmt.Sprint(p.in.rows)},
		render.Fact{Name: "tfexplain", Value: version()},
		render.Fact{Name: "TensorFlow", Value: m.Library().Version()}), nil
}

// fingerprint is the SHA-256 of the model's graphs and signatures. It does not
// cover the weights, which are in files of their own.
func fingerprint(model string) (string, error) {
	f, err := os.Open(filepath.Join(model, "saved_model.pb"))
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// writes says whether a file of this kind was asked for.
func (p *plan) writes(kind string) bool {
	return slices.ContainsFunc(p.out, func(f outFile) bool { return suffix(f.path) == kind })
}
