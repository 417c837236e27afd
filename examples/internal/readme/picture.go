package readme

import (
	"image"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// CheckPicture compares a PNG beside the README with the one that its commands
// wrote into out/; -update copies it.
func CheckPicture(t *testing.T, name string) {
	t.Helper()
	written := filepath.Join("../../out", name)
	if *update {
		bytes, err := os.ReadFile(written)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(name, bytes, 0o644))
		return
	}
	want, got := pixels(t, name), pixels(t, written)
	require.Equal(t, want.Rect, got.Rect)
	for i := range want.Pix {
		// Two of 255 levels: a number that is rounded otherwise moves a colour by one.
		require.InDelta(t, want.Pix[i], got.Pix[i], 2, "byte %d", i)
	}
}

func pixels(t *testing.T, path string) *image.RGBA {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	picture, err := png.Decode(f)
	require.NoError(t, err)
	all := image.NewRGBA(picture.Bounds())
	draw.Draw(all, all.Rect, picture, picture.Bounds().Min, draw.Src)
	return all
}
