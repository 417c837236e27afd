package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// cells is a row of the table.
func (r row) cells() []string {
	return []string{
		r.name, r.writer, fmt.Sprint(r.path), fmt.Sprint(r.types), fmt.Sprint(r.before), fmt.Sprint(r.after),
		fmt.Sprintf("%.2f", r.newGradient.Seconds()), fmt.Sprintf("%.2f", r.newDeepLIFT.Seconds()),
		fmt.Sprintf("%.1e", r.forward), fmt.Sprintf("%.1e", r.gradient),
		fmt.Sprintf("%.1e", r.delta["logits zeros"]), fmt.Sprintf("%.1e", r.delta["logits another sample"]),
		fmt.Sprintf("%.1e", r.delta["probs zeros"]), fmt.Sprintf("%.1e", r.delta["probs another sample"]),
		fmt.Sprintf("%.1e", r.ofSum),
	}
}

// table is docs/large-models.md.
func table(dir string, rows []row) (string, error) {
	raw, err := os.ReadFile(filepath.Join(dir, "versions.json"))
	if err != nil {
		return "", err
	}
	var wrote struct {
		TensorFlow string `json:"tensorflow"`
		Keras3     string `json:"keras"`
		Keras2     string `json:"tf_keras"`
	}
	if err := json.Unmarshal(raw, &wrote); err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, `# Large models

Architectures of keras.applications with random weights (testdata/large/export.py),
written by TensorFlow %s with Keras %s (model.export) and tf_keras %s
(model.save), explained with libtensorflow %s on %s/%s. Written by
"make zoo-large", which fails if anything is refused, if the answers are further than
%.0e or the gradient of a logit is further than %.0e of the largest value from
TensorFlow's own, or if a DeepLIFT |delta| exceeds %.0e * max(1, |f(x)|, |f(x0)|).

- path: nodes between the input and the logits after function calls are expanded, and
  how many types of op they are
- graph ops: operations in the session's graph as loaded, and after New for DeepLIFT
- New: CPU seconds to compile the gradient, and DeepLIFT with its baseline; nine
  tenths of them are TensorFlow's own (TF_ExtendSession and the graph optimizer)
- off: largest difference of the answers, and of tf.GradientTape's gradient of one
  logit, as a share of the largest absolute value
- delta: largest share of any row, for a logit and for a probability, compared with
  zeros and with another sample; and as a share of the sum of all |attributions|, which
  cancel to a hundredth or a thousandth of that sum

| model | written by | path | types | ops loaded | ops after New | New gradient, s | New DeepLIFT, s | answers off | gradient off | delta logit, zeros | another sample | delta prob, zeros | another sample | delta of sum |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
`, wrote.TensorFlow, wrote.Keras3, wrote.Keras2, rows[0].library, runtime.GOOS, runtime.GOARCH, forwardShare, gradientShare, deltaShare)
	for _, r := range rows {
		fmt.Fprintf(&b, "| %s |\n", strings.Join(r.cells(), " | "))
	}
	return b.String(), nil
}
