package tensorfile

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tensor"
)

func pngFile(t *testing.T, m image.Image) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, m))
	return file(t, "x.png", b.String())
}

func jpegFile(t *testing.T, m image.Image) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, jpeg.Encode(&b, m, &jpeg.Options{Quality: 100}))
	return file(t, "x.jpg", b.String())
}

func gray(w, h int, at func(x, y int) uint8) *image.Gray {
	m := image.NewGray(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.SetGray(x, y, color.Gray{Y: at(x, y)})
		}
	}
	return m
}

func bytesSpec(shape ...int) Spec { return Spec{DType: tensor.Uint8, Shape: shape} }

// All 256 gray levels arrive as they are, in every form.
func TestGrayPicture(t *testing.T) {
	path := pngFile(t, gray(32, 8, func(x, y int) uint8 { return uint8(32*y + x) }))
	for _, shape := range [][]int{{-1, 8, 32, 1}, {-1, 1, 8, 32}, {-1, 8, 32}, {-1, 256}, {-1, -1, -1, 1}, {-1, -1, -1}, {-1, -1}, {1, 8, 32}, {-1, -1, -1, -1}} {
		x, err := Read(path, bytesSpec(shape...))
		require.NoError(t, err, "%v", shape)
		require.True(t, matches(x.Shape(), shape), "%v became %v", shape, x.Shape())
		for i, v := range x.Bytes() {
			require.Equal(t, i, int(v))
		}
	}
	x, err := Read(path, Spec{DType: tensor.Float32, Shape: []int{-1, 8, 32, 1}})
	require.NoError(t, err)
	for i, v := range floats(t, x) {
		require.Equal(t, float64(float32(float64(i)*(1.0/255))), v)
	}
	x, err = Read(path, Spec{DType: tensor.Float64, Shape: []int{-1, 8, 32, 1}, ImageScale: 2})
	require.NoError(t, err)
	require.Equal(t, 510.0, floats(t, x)[255])
	x, err = Read(path, Spec{})
	require.NoError(t, err)
	require.Equal(t, "float32[1 8 32 1]", x.String())
	x, err = Read(path, bytesSpec(-1, 8, 32, 3))
	require.NoError(t, err)
	require.Equal(t, []byte{0, 0, 0, 1, 1, 1}, x.Bytes()[:6])
}

func TestColourPicture(t *testing.T) {
	m := image.NewNRGBA(image.Rect(0, 0, 2, 1))
	m.SetNRGBA(0, 0, color.NRGBA{R: 200, G: 100, B: 50, A: 255})
	m.SetNRGBA(1, 0, color.NRGBA{R: 10, G: 20, B: 30, A: 51}) // a fifth
	path := pngFile(t, m)
	for _, c := range []struct {
		shape []int
		is    []uint8
	}{
		{[]int{-1, 1, 2, 3}, []uint8{200, 100, 50, 2, 4, 6}}, // over black
		{[]int{-1, 3, 1, 2}, []uint8{200, 2, 100, 4, 50, 6}},
		{[]int{-1, 1, 2, 4}, []uint8{200, 100, 50, 255, 10, 20, 30, 51}},
		{[]int{-1, 4, 1, 2}, []uint8{200, 10, 100, 20, 50, 30, 255, 51}},
		{[]int{-1, 1, 2, 1}, []uint8{124, 4}}, // 0.299 R + 0.587 G + 0.114 B
		{[]int{-1, 1, 2}, []uint8{124, 4}},
		{[]int{-1, 6}, []uint8{200, 100, 50, 2, 4, 6}},
		{[]int{-1, 8}, []uint8{200, 100, 50, 255, 10, 20, 30, 51}},
		{[]int{-1, -1, -1, -1}, []uint8{200, 100, 50, 2, 4, 6}},
	} {
		x, err := Read(path, bytesSpec(c.shape...))
		require.NoError(t, err, "%v", c.shape)
		require.Equal(t, c.is, x.Bytes(), "%v", c.shape)
		require.True(t, matches(x.Shape(), c.shape), "%v became %v", c.shape, x.Shape())
	}
}

func TestPaletteAndSixteenBits(t *testing.T) {
	p := image.NewPaletted(image.Rect(0, 0, 2, 1), color.Palette{color.NRGBA{1, 2, 3, 255}, color.NRGBA{9, 8, 7, 0}})
	p.SetColorIndex(1, 0, 1)
	x, err := Read(pngFile(t, p), bytesSpec(-1, 1, 2, 3))
	require.NoError(t, err)
	require.Equal(t, []byte{1, 2, 3, 0, 0, 0}, x.Bytes())

	g := image.NewGray16(image.Rect(0, 0, 3, 1))
	for i, v := range []uint16{0, 1000, 65535} {
		g.SetGray16(i, 0, color.Gray16{Y: v})
	}
	path := pngFile(t, g)
	x, err = Read(path, Spec{DType: tensor.Float64, Shape: []int{-1, 1, 3, 1}})
	require.NoError(t, err)
	require.InDeltaSlice(t, []float64{0, 1000.0 / 65535, 1}, floats(t, x), 1e-15) // rounding of float64
	x, err = Read(path, bytesSpec(-1, 1, 3, 1))
	require.NoError(t, err)
	require.Equal(t, []byte{0, 4, 255}, x.Bytes()) // 1000/257 = 3.89

	n := image.NewNRGBA64(image.Rect(0, 0, 1, 1))
	n.SetNRGBA64(0, 0, color.NRGBA64{R: 514, G: 257, B: 65535, A: 257})
	x, err = Read(pngFile(t, n), Spec{DType: tensor.Float64, Shape: []int{-1, 1, 1, 4}, ImageScale: 1})
	require.NoError(t, err)
	require.InDeltaSlice(t, []float64{2, 1, 255, 1}, floats(t, x), 1e-12) // rounding of float64
}

func TestJPEG(t *testing.T) {
	path := jpegFile(t, gray(16, 16, func(int, int) uint8 { return 77 }))
	x, err := Read(path, bytesSpec(-1, 16, 16, 3))
	require.NoError(t, err)
	for _, v := range x.Bytes() {
		require.Equal(t, 77, int(v)) // a flat picture has no coding loss at this quality
	}
	m := image.NewRGBA(image.Rect(0, 0, 16, 16))
	for i := range m.Pix {
		m.Pix[i] = []uint8{250, 128, 10, 255}[i%4]
	}
	x, err = Read(jpegFile(t, m), bytesSpec(-1, 16, 16, 3))
	require.NoError(t, err)
	for i, v := range x.Bytes() {
		require.InDelta(t, int([]uint8{250, 128, 10}[i%3]), int(v), 2) // YCbCr and back
	}
}

func TestResize(t *testing.T) {
	// A flat picture stays flat; a ramp keeps its direction and its mean.
	x, err := Read(pngFile(t, gray(7, 5, func(int, int) uint8 { return 99 })), bytesSpec(-1, 28, 28, 1))
	require.NoError(t, err)
	require.Equal(t, "uint8[1 28 28 1]", x.String())
	for _, v := range x.Bytes() {
		require.Equal(t, 99, int(v))
	}
	x, err = Read(pngFile(t, gray(64, 4, func(x, _ int) uint8 { return uint8(4 * x) })), Spec{DType: tensor.Float32, Shape: []int{-1, -1, 8, 1}, ImageScale: 1})
	require.NoError(t, err)
	require.Equal(t, []int{1, 4, 8, 1}, x.Shape(), "the free height is the picture's")
	row, sum := floats(t, x)[:8], 0.0
	for i, v := range row {
		sum += v
		if i > 0 {
			require.Greater(t, v, row[i-1])
		}
	}
	require.InDelta(t, 126, sum/8, 1) // mean of 0, 4, ... 252; the filter is not exact at the borders
}

func TestPictureRefuses(t *testing.T) {
	path := pngFile(t, gray(4, 4, func(int, int) uint8 { return 1 }))
	for _, c := range []struct {
		want Spec
		says string
	}{
		{bytesSpec(-1), "a picture needs the form"},
		{bytesSpec(-1, 5, 5, 2), "a picture needs the form"},
		{bytesSpec(-1, 1, 4, 4, 1), "a picture needs the form"},
		{bytesSpec(-1, 17), "neither 1, 3 nor 4 values for each pixel"},
		{bytesSpec(2, 4, 4, 1), "one picture is one row"},
		{bytesSpec(-1, 0, 4, 1), "no pixels"},
		{bytesSpec(-1, 1<<40, 1<<40, 1), "overflows"},
		{bytesSpec(-1, 1<<20, 1<<20, 1), "more than the limit"},
		{bytesSpec(-1, 1, 1<<26, 1), "more than the limit"}, // the filter's own memory
		{Spec{DType: tensor.String, Shape: []int{-1}}, "a picture needs the form"},
		{Spec{DType: tensor.String, Shape: []int{-1, 4, 4}}, "numbers only"},
		{Spec{DType: tensor.Complex64, Shape: []int{-1, 4, 4}}, "numbers only"},
	} {
		_, err := Read(path, c.want)
		e := fails(t, err, path, c.says)
		require.Equal(t, c.want.String(), e.Wanted)
	}
	bright := pngFile(t, gray(1, 1, func(int, int) uint8 { return 200 }))
	_, err := Read(bright, Spec{DType: tensor.Int8, Shape: []int{-1, 1, 1}})
	fails(t, err, bright, "200 does not fit int8")
}

// A header that claims a huge picture is refused before it is decoded.
func TestPictureLimit(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, gray(4, 4, func(int, int) uint8 { return 1 })))
	huge := b.Bytes()
	binary.BigEndian.PutUint32(huge[16:], 60000) // IHDR: width
	binary.BigEndian.PutUint32(huge[20:], 60000)
	binary.BigEndian.PutUint32(huge[29:], crcOf(huge[12:29]))
	path := file(t, "x.png", string(huge))
	_, err := Read(path, bytesSpec(-1, 4, 4, 1))
	e := fails(t, err, path, "more than the limit of 1073741824 bytes")
	require.Equal(t, "PNG picture of 60000 x 60000", e.Given)

	small := jpegFile(t, gray(64, 64, func(int, int) uint8 { return 1 }))
	_, err = Limits{MaxBytes: 64 * 64 * 23}.Read(small, bytesSpec(-1, 4, 4, 1))
	fails(t, err, small, "more than the limit")
	cut := file(t, "x.png", string(b.Bytes()[:40]))
	_, err = Read(cut, bytesSpec(-1, 4, 4, 1))
	fails(t, err, cut, "")
}
