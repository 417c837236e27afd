package main

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/examples/internal/readme"
)

func TestReadme(t *testing.T) {
	readme.Check(t)
	page, err := os.ReadFile("../../out/tokens.html")
	require.NoError(t, err)
	for _, text := range []string{"Good or bad?", "not great", "DeepLIFT", "good - bad", "-6.23"} {
		require.Contains(t, string(page), text)
	}
}
