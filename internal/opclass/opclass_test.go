package opclass

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/graphops/rules"
	"github.com/tfexplain/tfexplain-go/internal/cgo"
	"github.com/tfexplain/tfexplain-go/internal/infer"
)

// Every op of the library is on a list. Where this fails, read the kernel of
// the new op and put it on the list where it belongs.
func TestOpsAreClassified(t *testing.T) {
	library, err := cgo.Open(cgo.Options{})
	require.NoError(t, err)
	defer library.Close()
	defs, err := infer.Ops(library)
	require.NoError(t, err)
	l := New()
	var unknown []string
	for op := range defs {
		if !l.Has(op) {
			unknown = append(unknown, op)
		}
	}
	slices.Sort(unknown)
	require.Empty(t, unknown, "ops of TensorFlow %s on no list", library.Version())

	// TensorFlow only runs ops without state while it imports a graph. What a
	// prefix refuses has no kernel, or only makes a data set that nothing reads.
	for op, class := range l.ops {
		if d := defs[op]; d != nil && class.Refused != "" {
			require.Equal(t, !d.GetIsStateful(), class.Importing, op)
		}
	}
}

func TestOpsAreListedOnce(t *testing.T) {
	var all []string
	for _, f := range slices.Concat(loadingOps(), signatureOps(), layerOps()) {
		require.NotEmpty(t, f.what)
		all = append(all, strings.Fields(f.ops)...)
	}
	for op := range fileOps() {
		all = append(all, op)
	}
	for _, f := range refusedOps() {
		require.NotEmpty(t, f.reason)
		all = append(all, strings.Fields(f.ops)...)
		all = append(all, strings.Fields(f.importing)...)
	}
	slices.Sort(all)
	require.Equal(t, slices.Compact(slices.Clone(all)), all)
	require.Len(t, New().ops, len(all))
}

// What can be explained can be loaded; only what prints must be trusted.
func TestOpsWithRulesMayRun(t *testing.T) {
	l := New()
	for _, op := range rules.Standard().Names() {
		if op != "Print" {
			require.Empty(t, l.Of(op).Refused, op)
			require.False(t, l.Of(op).File, op)
		}
	}
}
