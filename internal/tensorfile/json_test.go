package tensorfile

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestReadJSON(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		json string
		want *tensor.Tensor
	}{
		{"3", made(t, []int64{3})},
		{" [1, 2,\n 3] \n", made(t, []int64{1, 2, 3}, 3)},
		{"[[1,2],[3,4],[5,6]]", made(t, []int64{1, 2, 3, 4, 5, 6}, 3, 2)},
		{"[[[1]],[[2]]]", made(t, []int64{1, 2}, 2, 1, 1)},
		{"[1, 2.5]", made(t, []float64{1, 2.5}, 2)},
		{"[1e3]", made(t, []float64{1000}, 1)},
		{"[-0]", made(t, []float64{math.Copysign(0, -1)}, 1)},
		{"[9007199254740993, -9223372036854775808, 9223372036854775807]",
			made(t, []int64{9007199254740993, math.MinInt64, math.MaxInt64}, 3)},
		{"[1, 18446744073709551615, 2]", made(t, []uint64{1, math.MaxUint64, 2}, 3)},
		{"[18446744073709551615, -1]", made(t, []float64{1 << 64, -1}, 2)},
		{"[-1, 18446744073709551615]", made(t, []float64{-1, 1 << 64}, 2)},
		{"[18446744073709551616]", made(t, []float64{1 << 64}, 1)},
		{"[true, false]", made(t, []bool{true, false}, 2)},
		{`["a", "b\u00e9"]`, made(t, []string{"a", "bé"}, 2)},
		{`["NaN", "a"]`, made(t, []string{"NaN", "a"}, 2)},
		{`["NaN", 1, "-Infinity"]`, made(t, []float64{nan, 1, -inf}, 3)},
		{`[1, "Infinity"]`, made(t, []float64{1, inf}, 2)},
		{`["NaN", "NaN"]`, made(t, []float64{nan, nan}, 2)},
		{"[]", made(t, []float64{}, 0)},
		{"[[],[]]", made(t, []float64{}, 2, 0)},
		{`{"instances": [[1],[2]]}`, made(t, []int64{1, 2}, 2, 1)},
	} {
		x, err := ReadRaw(file(t, "x.json", c.json))
		require.NoError(t, err, c.json)
		same(t, c.want, x, c.json)
	}
}

func TestReadJSONAsText(t *testing.T) {
	want := Spec{DType: tensor.String, Shape: []int{-1}}
	x, err := Read(file(t, "x.json", `["NaN", "Infinity"]`), want)
	require.NoError(t, err)
	same(t, made(t, []string{"NaN", "Infinity"}, 2), x, "texts stay texts")
	x, err = Read(file(t, "x.json", `[]`), want)
	require.NoError(t, err)
	same(t, made(t, []string{}, 0), x, "no rows")
	path := file(t, "x.json", `[1]`)
	_, err = Read(path, want)
	fails(t, err, path, "given int64[1], wanted string[N]")
}

func TestReadJSONRefuses(t *testing.T) {
	for json, says := range map[string]string{
		"":                           "ends early",
		"[1, 2":                      "ends early",
		"[1 2]":                      "invalid character",
		"[1,]":                       "invalid character",
		"[01]":                       "invalid character",
		"[NaN]":                      `; write "NaN" or "Infinity" with quotes, at byte 1`,
		"[1] [2]":                    "more after the end",
		"[1]]":                       "more after the end",
		"null":                       "null at the top",
		"[[1],[null]]":               "null at [1][0]",
		"[[1,2],[3]]":                "list at [1] has 1 elements where the others have 2",
		"[[1,2],[3,4,5]]":            "list at [1] is longer than the others of 2",
		"[[[1,2]],[[1,2],[3,4]]]":    "list at [1] is longer",
		"[[1],2]":                    "an element at [1] where the others have a list",
		"[[],2]":                     "an element at [1] where the others have a list",
		"[1,[2]]":                    "a list at [1] where the others have an element",
		"[[],[[]]]":                  "list at [1] is longer than the others of 0",
		"[[[]],[[],[]]]":             "list at [1] is longer than the others of 1",
		"[1, true]":                  "a bool at [1] where the others are of kind number",
		`[1, "x"]`:                   "a string at [1] where the others are of kind number",
		`["x", 1]`:                   "a number at [1] where the others are of kind string",
		`[true, "NaN"]`:              "a string at [1] where the others are of kind bool",
		"[1e999]":                    "the number 1e999 at [0] does not fit",
		`[{"a": 1}]`:                 "an object at [0]",
		`{"a": {"b": 1}}`:            `array "a": an object at the top`,
		`{"a": [1], "a": [2]}`:       `two members "a"`,
		`{"a": [1], "b": [2]}`:       "given a, b, wanted one array",
		`{}`:                         "given no arrays",
		strings.Repeat("[", 65):      "deeper than 64",
		strings.Repeat("[", 1000000): "deeper than 64",
	} {
		path := file(t, "x.json", json)
		_, err := ReadRaw(path)
		fails(t, err, path, says)
	}
	deep := strings.Repeat("[", MaxRank) + "1" + strings.Repeat("]", MaxRank)
	x, err := ReadRaw(file(t, "x.json", deep))
	require.NoError(t, err)
	require.Len(t, x.Shape(), MaxRank)
}

func TestReadJSONLimit(t *testing.T) {
	l := Limits{MaxBytes: 64}
	_, err := l.ReadRaw(file(t, "x.json", "[1,2,3,4,5,6,7,8]"))
	require.NoError(t, err)
	for _, json := range []string{"[1,2,3,4,5,6,7,8,9]", `["aaaaaaaaaaaaaaaaaaaaaaaa","bbbbbbbbbbb"]`, "[" + strings.Repeat(" ", 64) + "1]"} {
		path := file(t, "x.json", json)
		_, err := l.ReadRaw(path)
		fails(t, err, path, "the limit of 64 bytes")
	}
}

func TestReadNamedJSON(t *testing.T) {
	arrays, err := ReadNamed(file(t, "x.json", `{"ids": [[1, 2]], "mask": [true], "w": 0.5}`))
	require.NoError(t, err)
	require.Len(t, arrays, 3)
	same(t, made(t, []int64{1, 2}, 1, 2), arrays["ids"], "ids")
	same(t, made(t, []bool{true}, 1), arrays["mask"], "mask")
	same(t, made(t, []float64{0.5}), arrays["w"], "w")
	path := file(t, "x.json", `[1]`)
	_, err = ReadNamed(path)
	fails(t, err, path, "the array has no name")
	_, err = ReadNamed("x.npy")
	fails(t, err, "x.npy", "only these hold arrays by name")
}

// What WriteJSON writes reads back with the same values, in the widest type of
// the kind.
func TestWriteJSONRoundTrip(t *testing.T) {
	var arrays []Named
	for _, code := range append(codes, "U") {
		if code[0] != 'c' {
			arrays = append(arrays, Named{code, fixture(t, code)})
		}
	}
	tricky := []float64{math.MaxFloat64, math.SmallestNonzeroFloat64, 0.1, 1, math.Copysign(0, -1), 1e21, -1e-7}
	arrays = append(arrays,
		Named{"tricky", made(t, tricky, 7)},
		Named{"scalar", made(t, []float32{0.1})},
		Named{"empty", made(t, []float64{}, 2, 0)},
		Named{"<&>\n\"", made(t, []string{"<&>\n\"\u2028"}, 1)})
	path := filepath.Join(t.TempDir(), "x.json")
	require.NoError(t, WriteJSON(path, arrays))
	got, err := ReadNamed(path)
	require.NoError(t, err)
	require.Len(t, got, len(arrays))
	for _, a := range arrays {
		back, err := Spec{DType: a.Tensor.DType()}.fit(got[a.Name], false)
		require.NoError(t, err, a.Name)
		same(t, a.Tensor, back, a.Name)
	}
	require.Equal(t, tensor.Float64, got["f4"].DType())
	require.Equal(t, tensor.Int64, got["i1"].DType())
	require.Equal(t, tensor.Uint64, got["u8"].DType())
}

func TestWriteJSONText(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.json")
	require.NoError(t, WriteJSON(path, []Named{
		{"b", made(t, []float32{1, float32(math.NaN()), 0.1, 1e20}, 2, 2)},
		{"a", made(t, []int8{-1, 2}, 2)},
	}))
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "{\n\"b\": [[1.0,\"NaN\"],[0.1,1e+20]],\n\"a\": [-1,2]\n}\n", string(text))
	require.NoError(t, WriteJSON(path, nil))
	arrays, err := ReadNamed(path)
	require.NoError(t, err)
	require.Empty(t, arrays)
}

func TestWriteJSONRefuses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.json")
	fails(t, WriteJSON(path, []Named{{"c", fixture(t, "c8")}}), path, "complex")
	fails(t, WriteJSON(path, []Named{{"s", fixture(t, "S")}}), path, "not UTF-8")
	fails(t, WriteJSON(path, []Named{{"\xff", fixture(t, "f4")}}), path, "not UTF-8")
	fails(t, WriteJSON(path, []Named{{"e", made(t, []int8{}, 1<<40, 0)}}), path, "too many empty rows")
	require.NoFileExists(t, path)
	require.NoError(t, WriteJSON(path, []Named{{"e", made(t, []int8{}, 0, 1<<40)}}))
}
