package savedmodel

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

// knownReadError says whether an error has one of the types that Read
// documents.
func knownReadError(err error) bool {
	var (
		a *TooLargeError
		b *CorruptError
		c *TagError
		d *GraphError
		e *ConstantError
		f *ShapeError
		g *MissingFunctionError
		h *RecursionError
		i *DepthError
		j *ExpansionError
	)
	return errors.As(err, &a) || errors.As(err, &b) || errors.As(err, &c) || errors.As(err, &d) || errors.As(err, &e) ||
		errors.As(err, &f) || errors.As(err, &g) || errors.As(err, &h) || errors.As(err, &i) || errors.As(err, &j)
}

func FuzzRead(f *testing.F) {
	for _, name := range []string{"tf1_frozen", "tf1_variables", "paper_m3", "tabular_multi"} {
		data := modelBytes(f, name)
		f.Add(data)
		f.Add(data[:len(data)/2])
		flipped := append([]byte(nil), data...)
		flipped[len(flipped)/3] ^= 0xff
		f.Add(flipped)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := readBytes("m", data, Options{Limits: Limits{MaxGraphNodes: 10_000}})
		if err != nil {
			require.True(t, knownReadError(err), "%T %v", err, err)
			require.NotEmpty(t, err.Error())
			return
		}
		// What was read can be used.
		for _, s := range m.Signatures() {
			got, err := m.Signature(s.Name)
			require.NoError(t, err)
			require.Equal(t, s, *got)
			for _, in := range s.Inputs {
				if _, err := s.Input(in.Key); err != nil {
					require.NotEmpty(t, in.Composite)
				}
				require.NotEmpty(t, in.describe())
			}
		}
		m.restoredVariables()
		_ = m.checkUnsafe(nil)
		_ = m.checkAssets()
		unknownOps(m.graph, nil)
		_ = checkCounts(m.graph, nil, Limits{})
	})
}
