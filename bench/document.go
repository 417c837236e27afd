package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// document is docs/performance.md.
func (r *report) document() string {
	var b strings.Builder
	m := r.Machine
	fmt.Fprintf(&b, `# Performance

tfexplain and Python side by side: the same SavedModels and rows, every call of one
side followed by one of the other, in one run of "make bench". Written from
out/bench/performance.json by that run on %s, at %s.

- machine: %s, %d cores, %s, %s
- tfexplain: %s, libtensorflow %s
- Python: %s
- variables that were set: %s

Times on another machine differ; ratios less so. What fifteen minutes of everything at
once leave behind is in [endurance.md](endurance.md), which hostile models are refused
in [security.md](security.md).

`, m.Date, m.Commit, m.CPU, m.Cores, strings.Join(m.Vectors, " "), m.OS, m.Go, m.TensorFlow, pairs(m.Python), pairs(m.Env))
	b.WriteString(goalsText)
	row(&b, goalHeads())
	row(&b, slices.Repeat([]string{"---"}, len(goalHeads())))
	for _, g := range r.goals() {
		row(&b, g.cells())
	}
	r.misses(&b)
	b.WriteString(methodsText)
	var why notes
	for _, m := range models("") {
		r.table(&b, m, &why)
	}
	if len(why.texts) > 0 {
		b.WriteString("\nNo number, because:\n\n")
	}
	for i, t := range why.texts {
		fmt.Fprintf(&b, "%d. %s\n", i+1, t)
	}
	r.overheads(&b)
	return b.String()
}

const goalsText = `## Goals

What the project wants to reach, the largest value measured, and how many values are
within the limit.

`

const methodsText = `
## Methods

ms is the median time of our call, with default options and after Warmup; the next
columns are that time divided by another median of the same run: below 1 we are faster;
"met" and "not met" say so of a goal. What is explained is logit 0 of each row; the rows
of a call come in one tensor.

- Python: a tf.function around tf.GradientTape, traced once, over the signature of the
  SavedModel, which takes and gives numpy arrays; with its default settings, and with
  TF_ENABLE_ONEDNN_OPTS=1. We choose ourselves whether oneDNN is on.
- ig: 50 points, Gauss-Legendre, baseline 0. Python takes 100 rows at a time, which is
  two samples with all their points, in one compiled function that adds up the gradients.
- occlusion: tiles of 4x4 pixels (digits), 16 inputs (mlp), 8x8 pixels (resnet) or one
  token or step. Python hides as many tiles side by side as give 64 rows.
- shap: DeepExplainer for deeplift, and for ig GradientExplainer, whose 50 points are
  random; on the Keras model, compared with one row of zeros.
- off: the largest difference of our values of the first row from Python's, with or
  without oneDNN, as a share of the largest value.

A number is the median of 3 to 15 rounds; a call of more than two seconds gets three.
`

// row writes a line of a Markdown table.
func row(b *strings.Builder, cells []string) {
	fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | "))
}

// pairs lists what a map has.
func pairs(m map[string]string) string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, k+" "+m[k])
	}
	if out == nil {
		return "none"
	}
	return strings.Join(out, ", ")
}

// misses lists the values of goals of several cells that are beyond the limit.
func (r *report) misses(b *strings.Builder) {
	for _, g := range r.goals() {
		var beyond []string
		for _, m := range g.measured {
			if m.value > g.limit {
				beyond = append(beyond, fmt.Sprintf("%s %.3g", m.where, m.value))
			}
		}
		if len(beyond) > 0 {
			fmt.Fprintf(b, "\nNot within %.4g, %s: %s.\n", g.limit, g.name, strings.Join(beyond, "; "))
		}
	}
}

func (r *report) table(b *strings.Builder, m model, why *notes) {
	if !slices.ContainsFunc(r.Cells, func(c cell) bool { return c.Model == m.name }) {
		return
	}
	fmt.Fprintf(b, "\n### %s: %s\n\n", m.name, m.about)
	row(b, heads())
	row(b, slices.Repeat([]string{"---"}, len(heads())))
	for _, c := range r.Cells {
		if c.Model == m.name {
			row(b, r.cells(c, why))
		}
	}
}

// overheads is what is not a method's time.
func (r *report) overheads(b *strings.Builder) {
	b.WriteString(`
## Around the methods

New compiles a method (median of three); resident memory (VmRSS) is that of a process
that has loaded the model, and of one that has also explained a row by grad*input.

| model | New grad*input, s | New DeepLIFT, s | loaded, MB | Python, MB | explained, MB | Python, MB |
|---|---|---|---|---|---|---|
`)
	mb := func(bytes int64) string {
		if bytes == 0 {
			return "-"
		}
		return fmt.Sprint(bytes / 1e6)
	}
	for _, f := range r.Facts {
		row(b, []string{f.Model, fmt.Sprintf("%.2f", f.New["grad*input"]), fmt.Sprintf("%.2f", f.New["deeplift"]),
			mb(f.RSS[ours]), mb(f.RSS[python]), mb(f.RSSExplained[ours]), mb(f.RSSExplained[python])})
	}
	if len(r.Calls) > 0 {
		b.WriteString(`
One call of one row, and TF_SessionRun alone with the same feeds and fetches, in turn
(BenchmarkOverhead of package tfexplain); medians.

| call | Explain, us | TF_SessionRun, us | beyond it, us | allocations |
|---|---|---|---|---|
`)
	}
	for _, c := range r.Calls {
		row(b, []string{c.Name, fmt.Sprintf("%.1f", c.Explain), fmt.Sprintf("%.1f", c.Session), fmt.Sprintf("%.1f", c.Overhead), fmt.Sprintf("%.0f", c.Allocs)})
	}
	if s, ok := r.Start[ours]; ok {
		fmt.Fprintf(b, "\nFrom the start of a process to the first explanation of a digit by grad*input:\n\"tfexplain explain\" takes %.2f s", s)
		if p, ok := r.Start[python]; ok {
			fmt.Fprintf(b, ", a Python script that does the same %.2f s", p)
		}
		b.WriteString(".\n")
	}
}
