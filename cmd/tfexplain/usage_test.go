package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/internal/tensorfile"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// with is an explain command that works, with flags replaced or added. A flag
// with an empty value is left out.
func with(out string, flags ...string) []string {
	order := []string{"--model", "--target", "--method", "--input", "--out"}
	value := map[string]string{"--model": mlp, "--target": "logits", "--method": "gradient", "--input": golden + "x_pixels.npy", "--out": out}
	for i := 0; i+1 < len(flags); i += 2 {
		if _, known := value[flags[i]]; !known {
			order = append(order, flags[i])
		}
		value[flags[i]] = flags[i+1]
	}
	args := []string{"explain"}
	for _, f := range order {
		if value[f] != "" {
			args = append(args, f+"="+value[f])
		}
	}
	return args
}

func TestUsageErrors(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "out.npz")
	tabular := zoo + "models/tabular_multi"
	text := filepath.Join(dir, "x.txt")
	require.NoError(t, os.WriteFile(text, []byte("1"), 0o600))

	input := filepath.Join(dir, "x.json")
	require.NoError(t, os.WriteFile(input, []byte("["+strings.Repeat("0.5,", 63)+"1]"), 0o600))

	rows := filepath.Join(t.TempDir(), "rows.npy")
	ids, err := tensor.Zeros(tensor.Int64, 3, 64)
	require.NoError(t, err)
	writeNPY(t, rows, ids)

	empty := write(t, filepath.Join(dir, "empty.txt"), "")
	mixed := write(t, filepath.Join(dir, "mixed.json"), `{"num": [[0.5, -1.25, 3, 0.1]], "cat": [3], "city": ["oslo"]}`)
	other := filepath.Join(dir, "x.npz")
	require.NoError(t, tensorfile.WriteNPZ(other, []tensorfile.Named{{Name: "x", Tensor: ids}, {Name: "y", Tensor: ids}}))

	tests := []struct {
		name string
		args []string
		code int
		want string // the first line of stderr contains it
	}{
		{"no command", nil, 2, `wanted a command: explain, evaluate, inspect`},
		{"unknown command", []string{"explode"}, 2, `unexpected argument explode`},
		{"unknown flag", with(out, "--colour", "red"), 2, `unknown flag --colour`},
		{"missing flags", []string{"explain"}, 2, `missing flags: --input=[KEY=]FILE, --method=M, --model=DIR, --out=FILE`},
		{"missing model", with(out, "--model", ""), 2, `missing flags: --model=DIR`},
		{"no value", []string{"explain", "--input"}, 2, `--input: a value is missing`},
		{"a flag where a value belongs", []string{"explain", "--input", "--out"}, 2, `--input: a value is missing`},
		{"not a number", with(out, "--batch-size", "many"), 2, `--batch-size`},
		{"batch size", with(out, "--batch-size", "-1"), 2, `--batch-size -1: wanted 0 (what fits into memory) or a positive number of rows`},
		{"threads", with(out, "--threads", "-1"), 2, `--threads -1: wanted`},
		{"device name", with(out, "--device", "fast one"), 2, `--device "fast one": wanted a name such as`},
		{"method", with(out, "--method", "magic"), 2, `--method magic: wanted one of saliency, gradient, grad*input`},
		{"param form", with(out, "--param", "steps"), 2, `--param "steps": wanted NAME=VALUE`},
		{"param unknown", with(out, "--param", "steps=3"), 2, `--param steps: no method chosen has it; gradient has none`},
		{"param of no method", append(with(out, "--method", "deeplift"), "--method", "elrp", "--method", "gradient", "--param", "rules=complete", "step=1"), 2,
			`--param step: no method chosen has it; deeplift has rules; elrp has epsilon, canonical, bias; gradient has none`},
		{"param value", append(with(out), "--method", "elrp", "--param", "epsilon=0"), 2, `--param epsilon=0: wanted a number greater than zero`},
		{"param full stop", append(with(out), "--method", "occlusion", "--param", "window=0"), 2, `--param window=0: wanted whole numbers of at least 1, separated by commas`},
		{"param stride", append(with(out), "--method", "occlusion", "--param", "stride=2,x"), 2, `--param stride=2,x: wanted whole numbers of at least 1`},
		{"param flag", append(with(out), "--method", "occlusion", "--param", "full=maybe"), 2, `--param full=maybe: wanted true or false`},
		{"param dims", append(with(out), "--method", "ablation", "--param", "dims=-1"), 2, `--param dims=-1: wanted whole numbers of at least 0`},
		{"param samples", append(with(out), "--method", "shapley", "--param", "samples=0"), 2, `--param samples=0: wanted a whole number greater than zero`},
		{"param seed", append(with(out), "--method", "shapley", "--param", "seed=-1"), 2, `--param seed=-1: wanted a whole number, 0 or more`},
		{"param until", append(with(out), "--method", "shapley", "--param", "until=soon"), 2, `--param until=soon: wanted a number greater than zero`},
		{"param coalitions", append(with(out), "--method", "kernelshap", "--param", "coalitions=few"), 2, `--param coalitions=few: wanted a whole number greater than zero`},
		{"param noise", append(with(out), "--method", "smoothgrad", "--param", "noise=inf"), 2, `--param noise=inf: wanted a number greater than zero`},
		{"param of", append(with(out), "--method", "vargrad", "--param", "of=ig"), 2, `--param of=ig: wanted one of gradient, saliency, grad*input, elrp, deeplift`},
		{"param of nothing", append(with(out), "--method", "vargrad", "--param", "of=magic"), 2, `--param of=magic: wanted one of gradient`},
		{"param rule", append(with(out), "--method", "ig", "--param", "rule=simpson"), 2, `--param rule=simpson: wanted one of gausslegendre, right, left, middle, trapezoid`},
		{"param max-steps", append(with(out), "--method", "ig", "--param", "max-steps=99"), 2, `--param max-steps=99: wanted the parameter adaptive with it`},
		{"param too few steps", append(with(out), "--method", "ig", "--param", "max-steps=9", "adaptive=1e-3"), 2, `--param max-steps=9: wanted at least the 50 steps to begin with`},
		{"mask of no method", with(out, "--mask", golden+"groups_pixels.npy"), 2, `--mask: gradient takes no groups of features`},
		{"mask and dims", append(with(out, "--mask", golden+"groups_pixels.npy"), "--method", "ablation", "--param", "dims=0"), 2, `--mask and --param dims exclude each other`},
		{"mask shape", append(with(out, "--mask", golden+"y_logits.npy"), "--method", "ablation"), 2, `--mask ` + golden + `y_logits.npy: `},
		{"mask file", append(with(out, "--mask", text), "--method", "ablation"), 1, `--mask: ` + text + `: the suffix is not one of`},
		{"mask per row", []string{"evaluate", "--model", mlp, "--target", "logits", "--method", "ablation", "--input", golden + "x_pixels.npy", "--mask", rows}, 2, `--mask: wanted one mask for all rows here`},
		{"param bias", append(with(out), "--method", "elrp", "--param", "bias=ignore"), 2, `--param bias=ignore: wanted --param canonical=true with it`},
		{"method twice", append(with(out, "--method", "elrp"), "--method", "lrp"), 2, `--method elrp is given twice`},
		{"second method", append(with(out), "--method", "magic"), 2, `--method magic: wanted one of`},
		{"param twice", append(with(out), "--param", "a=1", "a=2"), 2, `--param a is given twice`},
		{"percentile", with(out, "--percentile", "0"), 2, `--percentile 0: wanted a number above 0, up to 100`},
		{"percentile NaN", with(out, "--percentile", "nan"), 2, `--percentile NaN`},
		{"image scale", with(out, "--image-scale", "-1"), 2, `--image-scale -1`},
		{"signature", with(out, "--signature", "main"), 2, `the model has no signature "main"; it has "serve", "serving_default"`},
		{"tag", with(out, "--tag", "train"), 2, `choose one with --tag`},
		{"target", with(out, "--target", "logit"), 2, `--target: "logit" is neither in the signature nor a node or layer on the way to the target; there are logits, `},
		{"target missing", with(out, "--target", ""), 2, `--target is needed: the signature has the outputs logits, probs`},
		{"target index", with(out, "--target-index", "a"), 2, `--target-index "a": wanted whole numbers from 0, separated by ","`},
		{"explain key", with(out, "--explain", "image"), 2, `--explain: "image" is neither in the signature nor a node or layer on the way to the target; there are pixels, `},
		{"predict key", with(out, "--predict", "p"), 2, `--predict: signature "serving_default" has no output "p"`},
		{"class", with(out, "--class", "cat"), 2, `--class cat: wanted a class from 0, argmax, top3 (or another number), or all-ones`},
		{"top of none", with(out, "--class", "top0"), 2, `--class top0: wanted a class from 0, argmax, top3`},
		{"top of too many", with(out, "--class", "top11"), 2, `--class top11: logits has 10 classes`},
		{"plot", with(filepath.Join(dir, "out.png"), "--plot", "pie"), 2, `--plot must be one of "auto","heatmap","bars","waterfall" but got "pie"`},
		{"plot of no picture", with(out, "--plot", "bars"), 2, `--plot bars: wanted an --out that ends in .png with it`},
		{"class twice", with(out, "--class", "3,argmax,top2"), 2, `--class top2: another word of --class explains this class, too`},
		{"versus of two", with(out, "--class", "3,4", "--versus", "5"), 2, `--versus 5 needs the number of another class`},
		{"evaluate two classes", []string{"evaluate", "--model", mlp, "--target", "logits", "--class", "3", "4", "--method", "gradient", "--input", golden + "x_pixels.npy"}, 2, `--class 3 4: wanted one class here; explain takes several`},
		{"class negative", with(out, "--class", "-1"), 2, `--class -1: wanted`},
		{"class and ys", with(out, "--class", "1", "--ys", "w.npy"), 2, `--ys and --class exclude each other`},
		{"target index too large", with(out, "--target-index", "10"), 2, `--target-index=10: wanted indices below [10]`},
		{"class and index", with(out, "--class", "1", "--target-index", "1"), 2, `--target-index and --class exclude each other`},
		{"ys and index", with(out, "--ys", "w.npy", "--target-index", "1"), 2, `--target-index and --ys exclude each other`},
		{"class too large", with(out, "--class", "10"), 2, `--class 10: wanted a class from 0 to 9`},
		{"class of a map", []string{"explain", "--model", zoo + "models/unet", "--target", "logits", "--method", "gradient", "--class", "1", "--input", "x.npy", "--out", out}, 2,
			`--class 1: a class needs a target of shape [N classes], and logits is float32[N`},
		{"versus alone", with(out, "--versus", "3"), 2, `--versus 3 needs the number of another class: --class N --versus 3`},
		{"versus argmax", with(out, "--class", "argmax", "--versus", "3"), 2, `--versus 3 needs the number of another class`},
		{"versus itself", with(out, "--class", "3", "--versus", "3"), 2, `--versus 3: wanted another class than --class 3`},
		{"versus too large", with(out, "--class", "3", "--versus", "10"), 2, `--versus 10: wanted a class from 0 to 9`},
		{"versus text", with(out, "--class", "3", "--versus", "a dog"), 2, `--versus "a dog": wanted a class from 0`},
		{"versus and ys", with(out, "--ys", "w.npy", "--versus", "3"), 2, `--versus 3 needs the number of another class`},
		{"baseline", with(out, "--baseline", "zeros"), 2, `--baseline: gradient compares with nothing; leave --baseline out`},
		{"baseline number", append(with(out), "--method", "elrp", "--baseline", "-0.5"), 2, `--baseline: gradient, elrp compares with nothing`},
		{"baselines", append(with(out), "--baselines", golden+"x_pixels.npy"), 2, `--baselines: gradient compares with nothing; leave --baselines out`},
		{"baseline key", with(out, "--method", "deeplift", "--baseline", "image=b.npy"), 2, `--baseline image=b.npy: the signature has no input "image"; it has pixels`},
		{"baseline without file", with(out, "--method", "deeplift", "--baseline", "pixels="), 2, `--baseline "pixels=" names no file`},
		{"baseline twice", append(with(out, "--method", "deeplift"), "--baseline", "0.5", "pixels=mean"), 2, `--baseline: input "pixels" has two baselines, 0.5 and mean`},
		{"baseline for all twice", append(with(out, "--method", "deeplift"), "--baseline", "pixels=mean", "0.5"), 2, `--baseline 0.5: every explained input has a baseline already`},
		{"baseline rows", with(out, "--method", "deeplift", "--baseline", golden+"../probs/x_pixels.npy", "--input", input), 2, `rows; wanted one row, or 1 to give each row of the inputs its own`},
		{"baseline not finite", with(out, "--method", "deeplift", "--baseline", "nan"), 2, `--baseline nan: wanted zeros, mean, a number, or a file`},
		{"max delta", with(out, "--method", "deeplift", "--max-delta", "0"), 2, `--max-delta 0: wanted a number above 0`},
		{"max delta of a gradient", with(out, "--max-delta", "1"), 2, `--max-delta: gradient has no delta, since it compares with nothing`},
		{"out is a baseline", with(input, "--method", "deeplift", "--baseline", input), 2, `is also read as an input; choose another name`},
		{"input key", with(out, "--input", "image=x.npy"), 2, `--input image=x.npy: the signature has no input "image"; it has pixels`},
		{"input without file", with(out, "--input", "pixels="), 2, `--input "pixels=" names no file`},
		{"input needs a key", with(out, "--model", tabular, "--input", "x.npy"), 2, `--input x.npy: say which input it is for, as KEY=x.npy; the signature has cat, city, num`},
		{"out suffix", with(filepath.Join(dir, "out.txt")), 2, `the suffix says what is written; wanted one of .npz, .json, .png, .html`},
		{"out twice", append(with(out), "--out", filepath.Join(dir, ".", "out.npz")), 2, `are the same file`},
		{"out is an input", with(input, "--input", input), 2, `is also read as an input; choose another name`},
		{"bench calls", []string{"bench", "--model", mlp, "--method", "gradient", "--calls", "0"}, 2, `--calls 0: wanted at least 1`},
		{"bench rows", []string{"bench", "--model", mlp, "--method", "gradient", "--batch-size", "0"}, 2, `--batch-size 0: wanted at least 1 row`},
		{"bench shape form", []string{"bench", "--model", mlp, "--method", "gradient", "--input-shape", "3"}, 2, `--input-shape "3": wanted KEY=2x3`},
		{"bench shape key", []string{"bench", "--model", mlp, "--method", "gradient", "--input-shape", "x=3"}, 2, `no input "x"`},
		{"bench shape number", []string{"bench", "--model", mlp, "--method", "gradient", "--input-shape", "pixels=ax3"}, 2, `--input-shape "ax3": wanted whole numbers from 0`},
		{"bench shape fit", []string{"bench", "--model", mlp, "--method", "gradient", "--input-shape", "pixels=8x8"}, 2, `--input-shape pixels=8x8 does not fit: one row of it is 64`},
		{"inspect method", []string{"inspect", "--model", mlp, "--method", "magic"}, 2, `--method magic: wanted`},
		{"inspect target", []string{"inspect", "--model", mlp, "--target", "y"}, 2, `--target: "y" is neither in the signature`},
		{"evaluate inside", []string{"evaluate", "--model", mlp, "--target", "logits", "--method", "gradient", "--explain", "dense_1", "--input", golden + "x_pixels.npy"}, 2, `--explain dense_1: wanted inputs, which are pixels`},
		{"inspect param", []string{"inspect", "--model", mlp, "--param", "epsilon=1"}, 2, `--param epsilon=1: wanted --method with it`},
		{"vocab of floats", with(out, "--vocab", "pixels="+golden+"x_pixels.npy"), 2, `input "pixels" has float32; wanted an input of ids`},
		{"vocab without words", []string{"explain", "--model", "../../testdata/text/model", "--signature", "tokens", "--target", "logits", "--method", "gradient", "--input", "../../testdata/text/ids.npy", "--vocab", empty, "--out", out}, 1, `empty.txt: it is empty`},
		{"mean of words", []string{"explain", "--model", tabular, "--target", "logits", "--method", "exact-shapley", "--explain", "num", "city", "--input", mixed, "--baseline", "mean", "--out", out}, 2, `--baseline mean for input "city": its values are string; wanted zeros or a file; for some inputs: --baseline KEY=mean`},
		{"vocab without ids", with(out, "--vocab", "words.txt"), 2, `--vocab words.txt: the signature has no input of ids`},
		{"nearly a method", with(out, "--method", "gradeint"), 2, `kernelshap; did you mean gradient?`},
		{"nearly another name of a method", with(out, "--method", "integrated_gradients"), 2, `kernelshap; did you mean integrated-gradients?`},
		{"no such baseline", with(out, "--method", "deeplift", "--baseline", "black"), 2, `--baseline black: wanted zeros, mean, a number, or a file`},
		{"no such target", with(out, "--target", "probabilities"), 2, `on the way to the target; there are probs, logits, `},
		{"another name in a file", with(out, "--input", other), 1, `x.npz has no array called pixels, as the input is; it has x, y: rename the one that is meant`},
		{"model without a flag", []string{"inspect", mlp}, 2, `unexpected argument ` + mlp + `: a model is given as --model ` + mlp},
		{"file without a flag", []string{"bench", "x.npy"}, 2, `unexpected argument x.npy`},
		{"several signatures", []string{"explain", "--model", "../../testdata/text/model", "--method", "gradient", "--input", "x.npy", "--out", out}, 2, `none is called serving_default; name one with --signature: "flat"`},
		{"inner mean", with(out, "--method", "deeplift", "--explain", "dense_1", "--baseline", "dense_1=mean"), 2, `--baseline dense_1=mean: wanted zeros, a number or a file`},
		{"inner twice", append(with(out, "--method", "deeplift", "--explain", "dense_1"), "--baseline", "dense_1=0", "dense_1=1"), 2, `"dense_1" has two baselines, 0 and 1`},
		{"inspect signature", []string{"inspect", "--model", mlp, "--signature", "s"}, 2, `no signature "s"`},

		{"no model", with(out, "--model", dir+"/none"), 1, `there is no folder`},
		{"a file for a model", with(out, "--model", text), 1, `is a file; give the folder that holds saved_model.pb`},
		{"no file", with(out, "--input", dir+"/none.npy"), 1, `none.npy: no such file or directory`},
		{"no match", with(out, "--input", dir+"/*.npy"), 1, `*.npy: no file matches this pattern`},
		{"bad pattern", with(out, "--input", dir+"/[.npy"), 2, `[.npy: the pattern is not closed`},
		{"file suffix", with(out, "--input", text), 1, `the suffix is not one of .npy, .npz, .json, .csv, .png, .jpg or .jpeg`},
		{"file shape", with(out, "--input", zoo+"golden/digits_cnn/x_image.npy"), 1, `wanted float32[N 64]`},
		{"ys file", with(out, "--ys", dir+"/none.npy"), 1, `--ys: `},
		{"ys shape", with(out, "--ys", golden+"x_pixels.npy"), 1, `--ys: `},
		{"out folder", with(filepath.Join(dir, "none", "out.npz")), 1, `cannot be written: there is no folder ` + filepath.Join(dir, "none")},
		{"out is a folder", with(mkdir(t, filepath.Join(dir, "folder.npz"))), 1, `it is there and is no regular file`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := tfx(tt.args...)
			require.Equal(t, tt.code, got.code, got.stderr)
			require.Empty(t, got.stdout)
			require.NoFileExists(t, out)
			first, rest, _ := strings.Cut(got.stderr, "\n")
			require.True(t, strings.HasPrefix(first, "tfexplain: "), first)
			require.NotContains(t, first, "tfexplain: tfexplain:")
			require.Contains(t, first, tt.want)
			require.LessOrEqual(t, strings.Count(rest, "\n"), 1, "at most one more line: where help is")
		})
	}
	leftovers, err := filepath.Glob(filepath.Join(dir, ".*"))
	require.NoError(t, err)
	require.Empty(t, leftovers)
}

func mkdir(t *testing.T, path string) string {
	t.Helper()
	require.NoError(t, os.Mkdir(path, 0o700))
	return path
}
