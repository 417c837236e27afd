package main

import (
	"crypto/sha256"
	"encoding/hex"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/render"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// reported runs explain and gives the report.
func reported(t *testing.T, args ...string) (page, stdout string) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "report.html")
	got := tfx(append([]string{"explain", "--out", out}, args...)...)
	require.Equal(t, 0, got.code, got.stderr)
	data, err := os.ReadFile(out)
	require.NoError(t, err)
	return string(data), got.stdout
}

// texts are the texts of the elements that begin so, as a reader sees them.
func texts(page, start string) (list []string) {
	found := regexp.MustCompile(regexp.QuoteMeta(start)+`[^>]*>([^<]*)<`).FindAllStringSubmatch(page, -1)
	for _, m := range found {
		list = append(list, html.UnescapeString(m[1]))
	}
	return list
}

func TestReportOfPictures(t *testing.T) {
	needLibrary(t)
	page, stdout := reported(t, "--model", digits+"model", "--target", "logits", "--predict", "probs", "--class", "argmax",
		"--method", "deeplift", "elrp", "--input", digits+"images/7.png", digits+"images/8.png")
	require.Equal(t, []string{"7.png", "8.png"}, texts(page, `<span class="label"`))
	require.Equal(t, []string{"deeplift", "elrp", "deeplift", "elrp"}, texts(page, `<label for=`))
	require.Equal(t, 4, strings.Count(page, `alt="input"`))
	require.Equal(t, 4, strings.Count(page, `class="veil enlarged" width="308" height="308"`))
	require.Contains(t, page, "<b>explained</b>class 7</span>")
	require.Contains(t, page, "<b>rules</b>complete</span>", "a parameter's default")
	require.Contains(t, page, "nothing binds its sum to f(x) - f(x0)")

	pb, err := os.ReadFile(digits + "model/saved_model.pb")
	require.NoError(t, err)
	sum := sha256.Sum256(pb)
	require.Contains(t, page, "<dd>sha256 "+hex.EncodeToString(sum[:])+"</dd>")
	require.Contains(t, page, "<dt>TensorFlow</dt><dd>2.")
	require.Contains(t, page, "<dt>tfexplain</dt><dd>"+html.EscapeString(version())+"</dd>")

	// The numbers are those of the table.
	line := strings.Fields(strings.Split(stdout, "\n")[1])
	require.Equal(t, "7.png", line[0])
	for _, fact := range []string{"<b>f(x)</b>" + line[2], "<b>sum</b>" + line[6], "<b>delta</b>" + line[7], "<b>top 5% carry</b>" + line[8]} {
		require.Contains(t, page, fact+"</span>")
	}
}

func TestReportOfTokens(t *testing.T) {
	needLibrary(t)
	words, err := os.ReadFile("../../testdata/text/vocab.txt")
	require.NoError(t, err)
	vocab := write(t, filepath.Join(t.TempDir(), "vocab.txt"), strings.Replace(string(words), "boring", "<script>alert(1)</script>", 1))
	page, _ := reported(t, "--model", "../../testdata/text/model", "--signature", "tokens", "--target", "logits",
		"--method", "deeplift", "--input", "../../testdata/text/ids.npy", "--vocab", vocab)
	require.Equal(t, []string{"acting", "never", "<script>alert(1)</script>", "and", "music", "was", "lovely", `""`}, texts(page, `<span class="token`)[16:24])
	require.Regexp(t, `<span class="token p20" title="&#43;1.316">&lt;script&gt;`, page, "the strongest of its row, and for")
	require.NotContains(t, page, "<script>alert")
}

func TestReportOfFeatures(t *testing.T) {
	needLibrary(t)
	dir := t.TempDir()
	num := write(t, filepath.Join(dir, "<img src=x>.csv"), "age,income,<b>score,balance\n0.5,-1.25,3,0.1\n1,2,-0.5,0.25\n")
	rest := write(t, filepath.Join(dir, "rest.json"), `{"cat": [3, 1], "city": ["paris", "<script>alert(1)</script>"]}`)
	args := []string{"--model", zoo + "models/tabular_multi", "--target", "logits", "--class", "argmax", "--input", "num=" + num, "--input", rest}

	page, _ := reported(t, append(args, "--method", "deeplift", "--explain", "num", "--baseline", "num=mean")...)
	require.Equal(t, []string{"income", "<b>score", "balance", "age"}, texts(page, `<td class="name"`)[:4], "strongest first")
	require.Equal(t, []string{"-1.25", "0.375", "-2.253"}, texts(page, `<td class="num"`)[:3], "value, baseline, attribution")

	page, _ = reported(t, append(args, "--method", "shapley", "--param", "samples=4", "--explain", "num", "city", "cat")...)
	require.ElementsMatch(t, []string{"income", "<b>score", "balance", "age", "city", "cat"}, texts(page, `<td class="name"`)[:6])
	require.Contains(t, texts(page, `<td class="num"`), printed("<script>alert(1)</script>"))
	require.NotContains(t, page, "<script>alert")
	require.Contains(t, page, "<b>samples</b>4</span>", "a parameter that was given")

	// Rows of several files are named by their files.
	four := write(t, filepath.Join(dir, "four.json"), `{"cat": [3, 1, 2, 0], "city": ["paris", "", "rome", "oslo"]}`)
	page, _ = reported(t, append(args[:6:6], "--method", "gradient", "--explain", "num", "--input", "num="+num, num, "--input", four)...)
	require.Equal(t, []string{"<img src=x>.csv 0", "<img src=x>.csv 1"}, texts(page, `<span class="label"`)[:2])
	require.NotContains(t, texts(page, `<th class="num"`), "baseline", "a gradient compares with nothing")
}

func TestReportOfManyRows(t *testing.T) {
	needLibrary(t)
	line := strings.TrimSuffix(strings.Repeat("0.25,", 64), ",") + "\n"
	x := write(t, filepath.Join(t.TempDir(), "x.csv"), strings.Repeat(line, 51))
	page, stdout := reported(t, "--model", mlp, "--target", "logits", "--method", "gradient", "grad*input", "--input", x)
	require.Len(t, texts(page, `<span class="label"`), 50)
	require.Contains(t, page, "Shown are the first 50 of 51 rows.")
	require.Contains(t, stdout, "report.html (the first 50 of 51 rows)\n")
	require.Contains(t, page, "<summary>44 more</summary>")
	require.Equal(t, "[0]", index(0, []int{64}))
	require.Equal(t, "[1,0,2]", index(14, []int{2, 4, 3}))
}

func TestReportOfInputsAndReferences(t *testing.T) {
	needLibrary(t)
	files := []string{"image=" + zoo + "golden/multi_k3/x_image.npy", "meta=" + zoo + "golden/multi_k3/x_meta.npy"}
	page, _ := reported(t, append(append([]string{"--model", zoo + "models/multi_k3", "--target", "logits", "--method", "deeplift",
		"--baselines"}, files...), append([]string{"--input"}, files...)...)...)
	require.Contains(t, page, "<h3>image</h3>")
	require.Contains(t, texts(page, `<td class="name"`), "meta[2]")
	meta := npy(t, zoo+"golden/multi_k3/x_meta.npy")
	mean, err := meanRow(meta, meta.Len()/meta.Shape()[0])
	require.NoError(t, err)
	for _, v := range printedNumbers(mean) {
		require.Contains(t, texts(page, `<td class="num"`), v, "the references' mean")
	}
}

func TestReportOfOtherShapes(t *testing.T) {
	for name, c := range map[string]struct {
		shape          []int
		bars, pictures int
	}{
		"vector": {[]int{1, 7}, 7, 0}, "sequence": {[]int{1, 9, 4}, 0, 4}, "eight channels": {[]int{1, 5, 4, 8}, 0, 1},
		"channels first": {[]int{1, 3, 6, 5}, 0, 4}, "volume": {[]int{1, 4, 4, 4, 2}, 128, 0}, "one number": {[]int{1}, 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			n, err := tensor.Count(c.shape)
			require.NoError(t, err)
			values := make([]float32, n)
			for i := range values {
				values[i] = float32(i%3) - 1
			}
			x, err := tensor.New(values, c.shape...)
			require.NoError(t, err)
			methods, err := chooseMethods([]string{"gradient"}, nil)
			require.NoError(t, err)
			p := &plan{methods: methods, in: &inputs{values: map[string]*tensor.Tensor{"x": x}}, baseline: &baseline{}}
			run := methodRun{method: methods[0], explained: []tfexplain.Explained{{Name: "x"}},
				result: &tfexplain.Result{Attributions: map[string]*tensor.Tensor{"x": x}, Target: []float64{1}}}
			out := filepath.Join(t.TempDir(), "report.html")
			s := &summary{labels: []string{"0"}, classes: []string{"all"}, target: []float64{1},
				methods: []methodSummary{{name: "gradient", sums: []float64{0}, shares: []float64{0}}}}
			require.NoError(t, writeReport(out, p, []explanation{{runs: []methodRun{run}, summary: s}}, render.DefaultPercentile))
			data, err := os.ReadFile(out)
			require.NoError(t, err)
			require.Equal(t, c.bars, strings.Count(string(data), `<td class="name"`))
			require.Equal(t, c.pictures, strings.Count(string(data), `<img `), "the input, the heat map, and both; only a heat map where there are no colours")
		})
	}
}

// Six attributions are not those of three ids, so the ids are not shown with them.
func TestViewOfAnotherSize(t *testing.T) {
	ids, err := tensor.New([]int64{1, 2, 3}, 1, 3)
	require.NoError(t, err)
	six, err := tensor.New([]float32{1, 2, 3, 4, 5, 6}, 1, 6)
	require.NoError(t, err)
	p := &plan{in: &inputs{values: map[string]*tensor.Tensor{"ids": ids}}, baseline: &baseline{}}
	run := methodRun{result: &tfexplain.Result{Attributions: map[string]*tensor.Tensor{"ids": six}}}
	v, err := p.viewed(run, "ids", 0)
	require.NoError(t, err)
	require.Nil(t, v.input)
	require.Equal(t, []int{6}, v.shape)
	features, err := p.rowFeatures(run, "ids", 0)
	require.NoError(t, err)
	require.Equal(t, []render.Feature{{Name: "[0]", Attribution: 1}, {Name: "[1]", Attribution: 2}}, features[:2])
}

func TestReportRows(t *testing.T) {
	shaped := func(shape ...int) *tensor.Tensor {
		x, err := tensor.Zeros(tensor.Float32, shape...)
		require.NoError(t, err)
		return x
	}
	r := &tfexplain.Result{Target: make([]float64, 200), Attributions: map[string]*tensor.Tensor{"a": shaped(200, 2), "b": shaped(200, 3)}}
	require.Equal(t, 100, reportRows(r, 1))
	require.Equal(t, 33, reportRows(r, 3))
	r.Attributions["c"], r.Attributions["d"] = shaped(200, 2, 2), shaped(200, 2, 2)
	require.Equal(t, 16, reportRows(r, 3))
	require.Equal(t, 1, reportRows(r, 200))
	r.Target = r.Target[:2]
	require.Equal(t, 2, reportRows(r, 3))
}
