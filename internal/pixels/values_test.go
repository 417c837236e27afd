package pixels

import (
	"image/color"
	"testing"

	"github.com/stretchr/testify/require"
)

// The weights are those of Go's own gray model, within its rounding.
func TestGrayIsGosGray(t *testing.T) {
	for i := range 512 {
		c := color.NRGBA{R: uint8(i * 7), G: uint8(i * 13), B: uint8(i * 29), A: 255}
		p := Form{Channels: 1}.channelsOf([4]float64{float64(c.R), float64(c.G), float64(c.B), 255})
		require.InDelta(t, float64(color.GrayModel.Convert(c).(color.Gray).Y), p[0], 1, "%v", c) // both round
	}
}
