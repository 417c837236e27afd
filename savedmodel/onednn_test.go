package savedmodel

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSuitsOneDNN(t *testing.T) {
	for model, want := range map[string]bool{"digits_cnn": true, "mobilenet_k3": true, "digits_mlp_relu": false, "transformer_patches_k3": true, "lstm_k3": false} {
		m, err := Read(filepath.Join("../testdata/zoo/models", model), Options{})
		require.NoError(t, err, model)
		require.Equal(t, want, suitsOneDNN(m.graph), model)
	}
}

// The kernels are chosen once in a process; a child chooses anew.
func TestKernels(t *testing.T) {
	const variable = "TFEXPLAIN_TEST_KERNELS"
	model := os.Getenv(variable)
	if model == "" {
		for _, c := range []struct {
			model, choice string
			want          Kernels
		}{{"digits_cnn", "", OneDNNKernels}, {"digits_cnn", "0", EigenKernels}, {"digits_mlp_relu", "0", EigenKernels}, {"digits_mlp_relu", "1", OneDNNKernels}} {
			cmd := exec.Command(os.Args[0], "-test.v", "-test.run=^TestKernels$")
			cmd.Env = slices.DeleteFunc(os.Environ(), func(s string) bool { return strings.HasPrefix(s, "TF_ENABLE_ONEDNN_OPTS=") })
			cmd.Env = append(cmd.Env, variable+"="+c.model)
			if c.choice != "" {
				cmd.Env = append(cmd.Env, "TF_ENABLE_ONEDNN_OPTS="+c.choice)
			}
			out, err := cmd.CombinedOutput()
			require.NoError(t, err, string(out))
			require.Contains(t, string(out), fmt.Sprintf("kernels %v\n", c.want), "%+v", c)
		}
		return
	}
	m, err := Load(filepath.Join("../testdata/zoo/models", model), Options{})
	require.NoError(t, err)
	defer m.Close()
	fmt.Println("kernels", m.Kernels())
}
