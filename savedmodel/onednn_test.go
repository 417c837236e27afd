package savedmodel

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestConvolves(t *testing.T) {
	for model, want := range map[string]bool{"digits_cnn": true, "mobilenet_k3": true, "digits_mlp_relu": false, "transformer_patches_k3": false, "lstm_k3": false} {
		m, err := Read(filepath.Join("../testdata/zoo/models", model), Options{})
		require.NoError(t, err, model)
		require.Equal(t, want, convolves(m.graph), model)
	}
}
