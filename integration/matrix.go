package main

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
)

// text is what a cell says.
func (c cell) text() string {
	switch {
	case c.Failed != "":
		return "FAILED: " + oneLine(c.Failed)
	case c.Refused != "":
		return "refused: " + oneLine(c.Refused)
	case c.Unusable != "":
		first, _, _ := strings.Cut(c.Unusable, ". ")
		return "no session runs it, its writer's neither: " + oneLine(first)
	}
	return fmt.Sprintf("answer %.0e, gradient %.0e, delta %.0e, command %.0e", c.Answer, c.Gradient, c.Delta, c.CLI)
}

func oneLine(s string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(s), " "), "|", "\\|")
}

// document is docs/integration.md.
func document(cells []cell) string {
	var readers []string
	var writers []writer
	for _, c := range cells {
		if !slices.Contains(readers, c.Library) {
			readers = append(readers, c.Library)
		}
		if w := c.writer(); !slices.Contains(writers, w) {
			writers = append(writers, w)
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, `# Who wrote the model, and which libtensorflow explains it

Written by "make integration" on %s/%s, which has TensorFlow write small models in every
way it has (integration/python), explains them by the command and by the library, and
fails if anything is refused by a libtensorflow that is not older than the writer.

- answer: largest error of the logit explained, against the TensorFlow that wrote the
  model; at most %.0e
- gradient: the same for gradient times input, against tf.GradientTape, for tf.compat.v1
  against tf.gradients; at most %.0e
- delta: DeepLIFT, compared with another sample: |sum of attributions - (f(x) - f(x0))|,
  as a share of max(1, |f(x)|, |f(x0)|); at most %.0e
- command: largest difference between the attributions that tfexplain explain wrote and
  those of the library; at most %.0e

All but delta are shares of the largest absolute value; the largest of all models stands here.

What tf.saved_model.save makes of a Keras 3 model only Python's tf.saved_model.load can run, which
restores objects; a session, which every other reader makes, finds variables that nothing
restores. Use model.export.

| TensorFlow | written by | models |`, runtime.GOOS, runtime.GOARCH, targetShare, gradientShare, deltaShare, cliShare)
	for _, r := range readers {
		fmt.Fprintf(&b, " libtensorflow %s |", r)
	}
	fmt.Fprintf(&b, "\n|---|---|---|%s\n", strings.Repeat("---|", len(readers)))
	for _, w := range writers {
		models, entries := w.entries(cells, readers)
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", w.tensorflow, w.way, strings.Join(models, ", "), strings.Join(entries, " | "))
	}
	return b.String()
}

// writer is a row of the matrix.
type writer struct{ tensorflow, way string }

// entries are the models that it wrote, as the last reader lists them, and what each
// reader made of them.
func (w writer) entries(cells []cell, readers []string) (models, entries []string) {
	for _, r := range readers {
		var group []cell
		models = nil
		for _, c := range cells {
			if c.writer() == w && c.Library == r {
				group, models = append(group, c), append(models, c.Model)
			}
		}
		entries = append(entries, together(group))
	}
	return models, entries
}

func (c cell) writer() writer { return writer{c.TensorFlow, c.Writer} }

// together is an entry of the matrix: the worst of what was measured, and what
// is said of the models for which nothing was.
func together(group []cell) string {
	var worst cell
	var notes, unusable []string
	good := 0
	for _, c := range group {
		switch {
		case c.Failed != "" || c.Refused != "":
			notes = append(notes, c.Model+" "+c.text())
		case c.Unusable != "":
			unusable = append(unusable, c.Model)
			worst.Unusable = c.Unusable
		default:
			good++
			worst.Answer, worst.Gradient = max(worst.Answer, c.Answer), max(worst.Gradient, c.Gradient)
			worst.Delta, worst.CLI = max(worst.Delta, c.Delta), max(worst.CLI, c.CLI)
		}
	}
	if unusable != nil {
		notes = append(notes, strings.Join(unusable, ", ")+" "+worst.text())
		worst.Unusable = ""
	}
	if good > 0 {
		notes = append([]string{worst.text()}, notes...)
	}
	return fmt.Sprintf("%d of %d: %s", good, len(group), strings.Join(notes, "; "))
}
