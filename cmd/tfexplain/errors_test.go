package main

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/savedmodel"
)

// What a session says of a Keras 3 model that tf.saved_model.save wrote
// (docs/integration.md).
func TestModelWithoutWeights(t *testing.T) {
	err := fmt.Errorf("tfexplain: %w", &savedmodel.StatusError{Code: savedmodel.FailedPrecondition, Op: "run", Message: "Could not find variable dense/kernel. This could mean ..."})
	require.Contains(t, message(err), `write it with model.export("DIR"); TensorFlow says: `)
	require.NotContains(t, message(&savedmodel.StatusError{Code: savedmodel.FailedPrecondition, Op: "run", Message: "Table not initialized."}), "export")
}
