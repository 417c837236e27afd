package tensorfile_test

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/tfexplain/tfexplain-go/internal/tensorfile"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func Example() {
	dir, err := os.MkdirTemp("", "tensorfile")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "row.json")
	if err := os.WriteFile(path, []byte("[[0.5, 1], [2, 4]]"), 0o600); err != nil {
		fmt.Println(err)
		return
	}

	// The file holds one row of the input, without the row axis.
	t, err := tensorfile.Read(path, tensorfile.Spec{DType: tensor.Float32, Shape: []int{-1, 2, 2}})
	fmt.Println(t, err)

	archive := filepath.Join(dir, "out.npz")
	if err := tensorfile.WriteNPZ(archive, []tensorfile.Named{{Name: "image", Tensor: t}}); err != nil {
		fmt.Println(err)
		return
	}
	arrays, err := tensorfile.ReadNamed(archive)
	fmt.Println(arrays["image"], err)
	// Output:
	// float32[1 2 2] <nil>
	// float32[1 2 2] <nil>
}
