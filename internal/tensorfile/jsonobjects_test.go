package tensorfile_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/internal/tensorfile"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestJSONObjects(t *testing.T) {
	array := func(x *tensor.Tensor, err error) *tensor.Tensor {
		require.NoError(t, err)
		return x
	}
	ids := array(tensor.New([]int32{3, -1, 0, 7}, 2, 2))
	words := array(tensor.New([]string{"a", `"`, "", "<"}, 2, 2))
	values := array(tensor.New([]float32{0.5, -2, 0, 1e-9}, 2, 2))
	path := filepath.Join(t.TempDir(), "x.json")
	o := tensorfile.Objects{Name: "tokens", Fields: []tensorfile.Named{{Name: "token", Tensor: ids}, {Name: "word", Tensor: words}, {Name: "v", Tensor: values}}}
	require.NoError(t, tensorfile.WriteJSON(path, []tensorfile.Named{{Name: "v", Tensor: values}}, o))
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, `{
"v": [[0.5,-2.0],[0.0,1e-09]],
"tokens": [[{"token":3,"word":"a","v":0.5},{"token":-1,"word":"\"","v":-2.0}],[{"token":0,"word":"","v":0.0},{"token":7,"word":"<","v":1e-09}]]
}
`, string(text))

	var e *tensorfile.Error
	flat := array(tensor.New([]int32{1, 2, 3, 4}, 4))
	for name, bad := range map[string]tensorfile.Objects{
		"other shapes": {Name: "x", Fields: []tensorfile.Named{{Name: "a", Tensor: ids}, {Name: "b", Tensor: flat}}},
		"no fields":    {Name: "x"},
		"a name taken": {Name: "v", Fields: o.Fields},
	} {
		require.ErrorAs(t, tensorfile.WriteJSON(path, []tensorfile.Named{{Name: "v", Tensor: values}}, bad), &e, name)
	}
}
