package savedmodel

import (
	"fmt"
	"math"
	"os"
	"path/filepath"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
)

// checkTables bounds the numbers by which a table is filled from a text file. A
// file has neither more lines nor more columns than bytes. TensorFlow reserves
// memory for as many entries as it is told, and crashes on columns beyond 32
// bits.
func (m *Meta) checkTables() error {
	limit := int64(0)
	for _, a := range m.assets {
		if info, err := os.Stat(filepath.Join(m.dir, assetsFolder, a.GetFilename())); err == nil {
			limit = max(limit, min(info.Size()+1, math.MaxInt32)) // a last line need not end
		}
	}
	return m.graph.imported(func(function string, n *tfproto.NodeDef) error {
		if op := n.GetOp(); op != "InitializeTableFromTextFile" && op != "InitializeTableFromTextFileV2" {
			return nil
		}
		for _, name := range []string{"key_index", "value_index", "vocab_size", "offset"} {
			if given := n.GetAttr()[name].GetI(); given > limit {
				return &GraphError{Node: n.GetName(), Function: function, Reason: fmt.Sprintf(
					"its attribute %s is %d; no asset of the model has so many lines or columns (at most %d)", name, given, limit)}
			}
		}
		return nil
	})
}
