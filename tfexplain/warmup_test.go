package tfexplain_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tfexplain"
)

func TestWarmup(t *testing.T) {
	m := mlp(t)
	ctx := context.Background()
	for _, method := range everyKind() {
		ex := newExplainer(t, m, method, tfexplain.Options{})
		want := explain(t, ex, some(t, 50), tfexplain.Class(1))
		require.Zero(t, ex.Stats().RowsOfARun)
		require.NoError(t, ex.Warmup(ctx, some(t, 2)), method.Name())
		rows := ex.Stats().RowsOfARun
		require.GreaterOrEqual(t, rows, 4, method.Name())
		got := explain(t, ex, some(t, 50), tfexplain.Class(1))
		// Other batches round otherwise in the last bits of float32.
		require.InDeltaSlice(t, float64s(t, want.Attributions["x"]), float64s(t, got.Attributions["x"]), 1e-6, method.Name())
	}
}

func TestWarmupKeepsToBatchSize(t *testing.T) {
	ex := newExplainer(t, mlp(t), tfexplain.GradientInput{}, tfexplain.Options{BatchSize: 3})
	require.NoError(t, ex.Warmup(context.Background(), some(t, 1)))
	require.Zero(t, ex.Stats().RowsOfARun)
	before := ex.Stats().Runs
	explain(t, ex, some(t, 7), nil)
	require.Equal(t, before+3, ex.Stats().Runs)
}

func TestMemory(t *testing.T) {
	m := mlp(t)
	runs := func(memory int64) int64 {
		ex := newExplainer(t, m, tfexplain.GradientInput{}, tfexplain.Options{Memory: memory})
		explain(t, ex, some(t, 40), nil)
		return ex.Stats().Runs
	}
	require.EqualValues(t, 1, runs(0), "256 MiB")
	require.EqualValues(t, 40, runs(1), "one row at least")
	// A row has 4 inputs, twice 6 values of the layer, 3 answers, and as much again of
	// adjoints, 4 bytes each: 80 to 200 bytes, as some are freed before others are made.
	require.LessOrEqual(t, runs(200*10), int64(4))
	require.GreaterOrEqual(t, runs(80*10), int64(4))

	ex := newExplainer(t, m, tfexplain.GradientInput{}, tfexplain.Options{Memory: 1})
	require.NoError(t, ex.Warmup(context.Background(), some(t, 3)))
	require.Equal(t, 1, ex.Stats().RowsOfARun)

	var option *tfexplain.OptionError
	_, err := tfexplain.New(context.Background(), m, tfexplain.GradientInput{}, tfexplain.Options{Memory: -1})
	require.ErrorAs(t, err, &option)
	require.Equal(t, "Memory", option.Field)
}

func TestWarmupErrors(t *testing.T) {
	ex := newExplainer(t, mlp(t), tfexplain.IntegratedGradients{}, tfexplain.Options{})
	ctx, cancel := context.WithCancel(context.Background())
	var input *tfexplain.InputError
	require.ErrorAs(t, ex.Warmup(ctx, nil), &input)
	require.NoError(t, ex.Warmup(ctx, some(t, 0)))
	require.Zero(t, ex.Stats().RowsOfARun)
	cancel()
	require.ErrorIs(t, ex.Warmup(ctx, some(t, 1)), context.Canceled)
	require.NoError(t, ex.Close())
	require.ErrorIs(t, ex.Warmup(context.Background(), some(t, 1)), tfexplain.ErrClosed)
}
