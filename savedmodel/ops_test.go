package savedmodel

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/graphops/rules"
	"github.com/tfexplain/tfexplain-go/internal/cgo"
)

// Every op of the library is on a list. Where this fails, read the kernel of
// the new op and put it on the list where it belongs.
func TestOpsAreClassified(t *testing.T) {
	library, err := cgo.Open(cgo.Options{})
	require.NoError(t, err)
	defer library.Close()
	defs, err := readOpDefs(library)
	require.NoError(t, err)
	c := newOpClasses()
	var unknown []string
	for op := range defs {
		if !c.known(op) {
			unknown = append(unknown, op)
		}
	}
	slices.Sort(unknown)
	require.Empty(t, unknown, "ops of TensorFlow %s on no list", library.Version())

	// TensorFlow only runs ops without state while it imports a graph. What a
	// prefix refuses has no kernel, or only makes a data set that nothing reads.
	for op, class := range c.ops {
		if d := defs[op]; d != nil && class.reason != "" {
			require.Equal(t, !d.GetIsStateful(), class.importing, op)
		}
	}
}

func TestOpsAreListedOnce(t *testing.T) {
	var all []string
	for _, f := range slices.Concat(loadingOps(), signatureOps(), layerOps()) {
		require.NotEmpty(t, f.what)
		all = append(all, strings.Fields(f.ops)...)
	}
	for op := range folderOps() {
		all = append(all, op)
	}
	for _, f := range refusedOps() {
		require.NotEmpty(t, f.reason)
		all = append(all, strings.Fields(f.ops)...)
		all = append(all, strings.Fields(f.importing)...)
	}
	slices.Sort(all)
	require.Equal(t, slices.Compact(slices.Clone(all)), all)
	require.Len(t, newOpClasses().ops, len(all))
}

// What can be explained can be loaded; only what prints must be trusted.
func TestOpsWithRulesMayRun(t *testing.T) {
	c := newOpClasses()
	for _, op := range rules.Standard().Names() {
		if op != "Print" {
			require.Empty(t, c.of(op).refusal(signatureRoot), op)
		}
	}
}

func TestOpRefusals(t *testing.T) {
	c := newOpClasses()
	for _, v := range []struct {
		op                       string
		signature, init, restore string
	}{
		{"Conv2D", "", notLoading, notLoading},
		{"While", "", notLoading, notLoading},
		{"Reshape", "", "", ""},
		{"RestoreV2", onlyFolder, "", ""},
		{"WriteFile", "it reads or writes files", "it reads or writes files", "it reads or writes files"},
		{"_Send", "it is one that TensorFlow's runtime makes for itself", "it is one that TensorFlow's runtime makes for itself", "it is one that TensorFlow's runtime makes for itself"},
		{"_FusedConv2D", "", notLoading, notLoading},
		{"MyOwnOp", notListed, notListed, notListed},
	} {
		class := c.of(v.op)
		require.Equal(t, v.signature, class.refusal(signatureRoot), v.op)
		require.Equal(t, v.init, class.refusal(initRoot), v.op)
		require.Equal(t, v.restore, class.refusal(restoreRoot), v.op)
	}
}
