package tensorfile

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestReadCSV(t *testing.T) {
	f4 := Spec{DType: tensor.Float32, Shape: []int{-1, 2}}
	for _, c := range []struct {
		csv  string
		want Spec
		is   *tensor.Tensor
	}{
		{"1,2\n3,4\n", f4, made(t, []float32{1, 2, 3, 4}, 2, 2)},
		{"1,2\r\n\r\n3,4", f4, made(t, []float32{1, 2, 3, 4}, 2, 2)},
		{"age,height\n 1 , 2.5\n", f4, made(t, []float32{1, 2.5}, 1, 2)},
		{"\ufeffage,height\n1,2\n", f4, made(t, []float32{1, 2}, 1, 2)},
		{"\ufeff1,2\n", f4, made(t, []float32{1, 2}, 1, 2)},
		{"\"1\",nan\n", f4, made(t, []float32{1, float32(math.NaN())}, 1, 2)},
		{"-inf,1e-3\n", f4, made(t, []float32{float32(math.Inf(-1)), 1e-3}, 1, 2)},
		{"9007199254740993\n", Spec{DType: tensor.Int64, Shape: []int{-1}}, made(t, []int64{9007199254740993}, 1)},
		{"1,2,3,4\n5,6,7,8\n", Spec{DType: tensor.Uint8, Shape: []int{-1, 2, 2, 1}},
			made(t, []uint8{1, 2, 3, 4, 5, 6, 7, 8}, 2, 2, 2, 1)},
		{"true,0\nFALSE,1\n", Spec{DType: tensor.Bool}, made(t, []bool{true, false, false, true}, 2, 2)},
		{"name\n\"a, b\"\n\"c\"\"d\"\n", Spec{DType: tensor.String, Shape: []int{-1}},
			made(t, []string{"name", "a, b", "c\"d"}, 3)},
		{"1,2\n3,4\n", Spec{DType: tensor.String}, made(t, []string{"1", "2", "3", "4"}, 2, 2)},
		{"1,2\n", Spec{}, made(t, []int64{1, 2}, 1, 2)},
		{"a,b\n1,2.5\n", Spec{}, made(t, []float64{1, 2.5}, 1, 2)},
		{"a,b\n1,x\n2,y\n", Spec{}, made(t, []string{"a", "b", "1", "x", "2", "y"}, 3, 2)},
		{"1,2\n1,x\n", Spec{}, made(t, []string{"1", "2", "1", "x"}, 2, 2)},
		{"a,1\n2,3\n", Spec{}, made(t, []string{"a", "1", "2", "3"}, 2, 2)},
		{"a,b\n", Spec{}, made(t, []string{"a", "b"}, 1, 2)},
	} {
		x, err := Read(file(t, "x.csv", c.csv), c.want)
		require.NoError(t, err, c.csv)
		same(t, c.is, x, c.csv)
	}
}

func TestColumnNames(t *testing.T) {
	for _, c := range []struct {
		csv  string
		want tensor.DType
		is   []string
	}{
		{"\ufeffage,\"height, cm\"\n1,2\n", tensor.Float32, []string{"age", "height, cm"}},
		{"1,2\n3,4\n", tensor.Float32, nil},
		{"a,2\n3,4\n", tensor.Float32, nil},
		{"true,false\n", tensor.Bool, nil},
		{"true,false\n1,0\n", tensor.Int64, []string{"true", "false"}},
	} {
		names, err := ColumnNames(file(t, "x.csv", c.csv), c.want)
		require.NoError(t, err, c.csv)
		require.Equal(t, c.is, names, c.csv)
	}
	for _, path := range []string{file(t, "x.csv", ""), file(t, "x.csv", "a\"b\n"), file(t, "x.csv", "1") + ".none"} {
		_, err := ColumnNames(path, tensor.Float32)
		var e *Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, path, e.Path)
	}
}

func TestReadCSVRefuses(t *testing.T) {
	for _, c := range []struct{ csv, says string }{
		{"", "no rows"},
		{"a,b\n", "no rows"},
		{"1,2\n3\n", "line 2 has 1 columns and line 1 has 2"},
		{"a;b\n1,5;2,5\n", "line 2 has 3 columns and line 1 has 1; columns are parted by commas, numbers have a decimal point"},
		{"a;b\n1.5;2.5\n", `line 2, column 1: "1.5;2.5" is not a number; columns are parted by commas, numbers have a decimal point`},
		{"1,2\n3,x\n", `line 2, column 2: "x" is not a number`},
		{"a,b\n\n3,\n", `line 3, column 2: "" is not a number`},
		{"1,x\n3,4\n", `line 1 mixes numbers with "x" in column 2`},
		{"1,\"2\n3,4\n", "quote"},
		{"1,1e999\n1,2\n", `line 1 mixes numbers with "1e999"`},
		{"1,2,3\n", "given int64[1 3], wanted float32[N 2]"},
	} {
		path := file(t, "x.csv", c.csv)
		_, err := Read(path, Spec{DType: tensor.Float32, Shape: []int{-1, 2}})
		fails(t, err, path, c.says)
	}
}

func TestReadCSVLimit(t *testing.T) {
	l, want := Limits{MaxBytes: 16}, Spec{DType: tensor.Float32}
	_, err := l.Read(file(t, "x.csv", "1,2\n"), want)
	require.NoError(t, err)
	for _, csv := range []string{"1,2\n3,4\n", "1,                2"} {
		path := file(t, "x.csv", csv)
		_, err = l.Read(path, want)
		fails(t, err, path, "the limit of 16 bytes")
	}
}
