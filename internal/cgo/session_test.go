package cgo_test

import (
	"context"
	"errors"
	"math"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"github.com/tfexplain/tfexplain-go/internal/cgo"
	"github.com/tfexplain/tfexplain-go/internal/tfproto"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// blocking is a graph whose "wait" does not end until another Run's "go" feeds
// "x".
func blocking() []*tfproto.NodeDef {
	one := []tensor.DType{tensor.Float32}
	return []*tfproto.NodeDef{
		placeholder("x", tensor.Float32),
		identity("same", "x", tensor.Float32),
		node("queue", "FIFOQueueV2", nil, attrs{"component_types": one}),
		node("wait", "QueueDequeueV2", []string{"queue"}, attrs{"component_types": one}),
		node("go", "QueueEnqueueV2", []string{"queue", "x"}, attrs{"Tcomponents": one}),
	}
}

// waitForCalls returns once n Runs are on their way.
func waitForCalls(l *cgo.Library, n int64) {
	for l.Alive().Calls < n {
		runtime.Gosched()
	}
}

func TestRunManyFeedsAndFetches(t *testing.T) {
	l := open(t)
	checkAlive(t, l)
	s, _ := start(t, l, placeholder("a", tensor.Float32, -1, 2), placeholder("b", tensor.Float32, 2, 1),
		placeholder("s", tensor.String), matMul("ab", "a", "b"), identity("same", "s", tensor.String))
	c, err := s.Callable(at("s", "a", "b"), at("ab", "same", "b"), nil)
	require.NoError(t, err)
	_, err = c.Run(context.Background(), []*tensor.Tensor{value(t, []string{"x"}), value(t, []float32{1, 2}, 1, 2), value(t, []float32{3, 4}, 2, 1)})
	require.ErrorIs(t, err, &cgo.Error{Code: cgo.InvalidArgument}, "b is both fed and fetched")
	c, err = s.Callable(at("s", "a", "b"), at("ab", "same"), nil)
	require.NoError(t, err)
	out, err := c.Run(context.Background(), []*tensor.Tensor{value(t, []string{"x"}), value(t, []float32{1, 2}, 1, 2), value(t, []float32{3, 4}, 2, 1)})
	require.NoError(t, err)
	require.Equal(t, []float32{11}, data[float32](t, out[0]))
	require.Equal(t, []int{1, 1}, out[0].Shape())
	require.Equal(t, []string{"x"}, data[string](t, out[1]))
}

func TestRunError(t *testing.T) {
	l := open(t)
	checkAlive(t, l)
	s, _ := start(t, l, placeholder("a", tensor.Float32), placeholder("b", tensor.Float32), matMul("product", "a", "b"))
	c, err := s.Callable(at("a", "b"), at("product"), nil)
	require.NoError(t, err)
	one := value(t, []float32{1, 2}, 1, 2)
	_, err = c.Run(context.Background(), []*tensor.Tensor{one, one})
	var e *cgo.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, cgo.InvalidArgument, e.Code)
	require.Contains(t, e.Message, "product", "the message names the node")
	require.ErrorContains(t, err, "tensorflow: run: INVALID_ARGUMENT: ")
	require.False(t, errors.Is(err, &cgo.Error{Code: cgo.NotFound}))
}

func TestConcurrentRuns(t *testing.T) {
	l := open(t)
	checkAlive(t, l)
	s, _ := start(t, l, placeholder("x", tensor.Float32, -1, 2), floats("w", []float32{1, 10}, 2, 1), matMul("y", "x", "w"),
		placeholder("s", tensor.String), identity("same", "s", tensor.String))
	c, err := s.Callable(at("x", "s"), at("y", "same"), nil)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var wg sync.WaitGroup
	errs := make(chan error, 16)
	for worker := range 16 {
		wg.Go(func() {
			text := []string{strings.Repeat("w", 10*worker)}
			for i := range 20 {
				x, err1 := tensor.New([]float32{float32(worker), float32(i)}, 1, 2)
				str, err2 := tensor.New(text, 1)
				out, err3 := c.Run(ctx, []*tensor.Tensor{x, str})
				if err := errors.Join(err1, err2, err3); err != nil {
					errs <- err
					return
				}
				y, err1 := tensor.Data[float32](out[0])
				got, err2 := tensor.Data[string](out[1])
				if err := errors.Join(err1, err2); err != nil || y[0] != float32(worker+10*i) || got[0] != text[0] {
					errs <- errors.Join(err, errors.New("a Run returned another Run's result"))
					return
				}
			}
		})
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		require.NoError(t, err)
	}
}

func TestCancel(t *testing.T) {
	l := open(t)
	checkAlive(t, l)
	s, _ := start(t, l, blocking()...)
	wait, err := s.Callable(nil, at("wait"), nil)
	require.NoError(t, err)
	release, err := s.Callable(at("x"), nil, []string{"go"})
	require.NoError(t, err)

	done, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = wait.Run(done, nil)
	require.ErrorIs(t, err, context.Canceled)
	require.Zero(t, l.Alive().Calls, "a Run whose context is done does not start")

	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		waitForCalls(l, 1)
		cancel()
	}()
	_, err = wait.Run(ctx, nil)
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, int64(1), l.Alive().Calls, "TensorFlow still waits in the background")

	// The abandoned Run takes the first value, a Run after it works.
	seven := []*tensor.Tensor{value(t, []float32{7})}
	for range 2 {
		_, err = release.Run(context.Background(), seven)
		require.NoError(t, err)
	}
	out, err := wait.Run(context.Background(), nil)
	require.NoError(t, err)
	require.Equal(t, []float32{7}, data[float32](t, out[0]))
}

func TestDeadline(t *testing.T) {
	l := open(t)
	checkAlive(t, l)
	s, _ := start(t, l, blocking()...)
	wait, err := s.Callable(nil, at("wait"), nil)
	require.NoError(t, err)
	same, err := s.Callable(at("x"), at("same"), nil)
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	_, err = wait.Run(ctx, nil)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	// Nothing releases "wait": that Close returns at the end of the test shows
	// that TensorFlow got the deadline.

	ctx, cancel = context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	_, err = same.Run(ctx, []*tensor.Tensor{value(t, []float32{7})})
	require.NoError(t, err)
}

// TestSessionTimeout has TensorFlow's own timeout, and none in the context.
func TestSessionTimeout(t *testing.T) {
	l := open(t)
	checkAlive(t, l)
	g := l.NewGraph()
	defer g.Close()
	require.NoError(t, g.Import(graphDef(t, blocking()...), cgo.ImportOptions{}))
	// ConfigProto.operation_timeout_in_ms is field 11.
	s, err := l.NewSession(g, protowire.AppendVarint(protowire.AppendTag(nil, 11, protowire.VarintType), 1))
	require.NoError(t, err)
	wait, err := s.Callable(nil, at("wait"), nil)
	require.NoError(t, err)
	_, err = wait.Run(context.Background(), nil)
	require.ErrorIs(t, err, &cgo.Error{Code: cgo.DeadlineExceeded})
	require.NotErrorIs(t, err, context.DeadlineExceeded)
	require.NoError(t, s.Close())
}

func TestCloseWaitsForRuns(t *testing.T) {
	l := open(t)
	checkAlive(t, l)
	s, g := start(t, l, blocking()...)
	c, err := s.Callable(nil, at("wait"), nil)
	require.NoError(t, err)
	release, err := s.Callable(at("x"), nil, []string{"go"})
	require.NoError(t, err)

	// One Run is given up at once, but keeps TensorFlow busy up to its deadline.
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	abandoned := make(chan error)
	go func() {
		_, err := c.Run(ctx, nil)
		abandoned <- err
	}()
	waitForCalls(l, 1)
	cancel()
	require.ErrorIs(t, <-abandoned, context.Canceled)
	g.Close() // TensorFlow keeps the graph for the session
	closed := make(chan error)
	for range 2 {
		go func() { closed <- s.Close() }()
	}
	require.NoError(t, <-closed)
	require.NoError(t, <-closed)
	require.Zero(t, l.Alive(), "Close waited for the Run")

	seven := []*tensor.Tensor{value(t, []float32{7})}
	_, err = release.Run(context.Background(), seven)
	require.ErrorIs(t, err, cgo.ErrClosed)
	require.ErrorIs(t, s.Extend(), cgo.ErrClosed)
	_, err = s.Devices()
	require.ErrorIs(t, err, cgo.ErrClosed)
	_, err = s.Callable(at("x"), nil, nil)
	require.ErrorIs(t, err, cgo.ErrClosed)
}

// TestPool feeds the same shape again: its memory is used again, and freed
// with the last session.
func TestPool(t *testing.T) {
	l := open(t)
	checkAlive(t, l)
	s, _ := start(t, l, placeholder("x", tensor.Float32), identity("y", "x", tensor.Float32))
	c, err := s.Callable(at("x"), at("y"), nil)
	require.NoError(t, err)
	x := value(t, make([]float32, 300), 300)
	for range 3 {
		_, err = c.Run(context.Background(), []*tensor.Tensor{x})
		require.NoError(t, err)
		require.Equal(t, int64(2048), l.Alive().PooledBytes, "1200 bytes rounded up")
		require.Zero(t, l.Alive().TensorBytes)
	}
}

func TestExtend(t *testing.T) {
	l := open(t)
	checkAlive(t, l)
	s, g := start(t, l, placeholder("x", tensor.Float32), identity("y", "x", tensor.Float32))
	feed := []*tensor.Tensor{value(t, []float32{21})}
	c, err := s.Callable(at("x"), at("y"), nil)
	require.NoError(t, err)
	_, err = c.Run(context.Background(), feed)
	require.NoError(t, err)
	require.NoError(t, s.Extend())

	double := node("double", "AddV2", []string{"x", "x"}, attrs{"T": tensor.Float32})
	mapped := cgo.ImportOptions{InputMap: map[cgo.Endpoint]cgo.Endpoint{{Node: "x"}: {Node: "x"}}}
	require.NoError(t, g.Import(graphDef(t, double), mapped))
	d, err := s.Callable(at("x"), at("double"), nil)
	require.NoError(t, err)
	_, err = d.Run(context.Background(), feed)
	require.Error(t, err, "after Extend, later nodes need another one")
	require.NoError(t, s.Extend())
	out, err := d.Run(context.Background(), feed)
	require.NoError(t, err)
	require.Equal(t, []float32{42}, data[float32](t, out[0]))
	_, err = c.Run(context.Background(), feed)
	require.NoError(t, err)
}

func TestRunTraced(t *testing.T) {
	l := open(t)
	checkAlive(t, l)
	s, _ := start(t, l, placeholder("x", tensor.Float32), node("y", "Neg", []string{"x"}, attrs{"T": tensor.Float32}))
	c, err := s.Callable(at("x"), at("y"), nil)
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	out, b, err := c.RunTraced(ctx, []*tensor.Tensor{value(t, []float32{1})})
	require.NoError(t, err)
	require.Equal(t, []float32{-1}, data[float32](t, out[0]))
	var metadata tfproto.RunMetadata
	require.NoError(t, proto.Unmarshal(b, &metadata))
	var names []string
	for _, d := range metadata.StepStats.DevStats {
		for _, n := range d.NodeStats {
			names = append(names, n.NodeName)
		}
	}
	require.Contains(t, names, "y")
}

func TestNewSessionConfig(t *testing.T) {
	l := open(t)
	checkAlive(t, l)
	g := l.NewGraph()
	defer g.Close()
	_, err := l.NewSession(g, []byte{0xff})
	require.ErrorIs(t, err, &cgo.Error{Code: cgo.InvalidArgument})
	config, err := proto.Marshal(&tfproto.ConfigProto{DeviceCount: map[string]int32{"GPU": 0}, IntraOpParallelismThreads: 1})
	require.NoError(t, err)
	s, err := l.NewSession(g, config)
	require.NoError(t, err)
	require.NoError(t, s.Close())
}

func TestLoadSavedModel(t *testing.T) {
	l := open(t)
	checkAlive(t, l)
	s, g, err := l.LoadSavedModel(filepath.Join("testdata", "saved_model"), []string{"serve"}, nil)
	require.NoError(t, err)
	defer g.Close()
	defer func() { require.NoError(t, s.Close()) }()
	c, err := s.Callable(at("serving_default_x"), at("StatefulPartitionedCall"), nil)
	require.NoError(t, err)
	out, err := c.Run(context.Background(), []*tensor.Tensor{value(t, []float32{3, 1, 3, 1}, 2, 2)})
	require.NoError(t, err)
	// The model is relu(x1 - 1 - relu(x2)), whose variables are small integers.
	require.Equal(t, []float32{1, 1}, data[float32](t, out[0]))
}

func TestLoadSavedModelErrors(t *testing.T) {
	l := open(t)
	checkAlive(t, l)
	missing := filepath.Join(t.TempDir(), "gone")
	_, _, err := l.LoadSavedModel(missing, []string{"serve"}, nil)
	require.ErrorIs(t, err, &cgo.Error{Code: cgo.NotFound})
	require.ErrorContains(t, err, missing)
	folder := filepath.Join("testdata", "saved_model")
	_, _, err = l.LoadSavedModel(folder, []string{"train"}, nil)
	require.ErrorIs(t, err, &cgo.Error{Code: cgo.NotFound})
	_, _, err = l.LoadSavedModel(folder, nil, nil)
	require.Error(t, err)
	_, _, err = l.LoadSavedModel(folder, []string{"serve", "a\x00b"}, nil)
	require.ErrorContains(t, err, "NUL byte")
	_, _, err = l.LoadSavedModel("a\x00b", nil, nil)
	require.ErrorContains(t, err, "NUL byte")
	_, _, err = l.LoadSavedModel(folder, []string{"serve"}, []byte{0xff})
	require.ErrorIs(t, err, &cgo.Error{Code: cgo.InvalidArgument})
}

func TestDevices(t *testing.T) {
	l := open(t)
	checkAlive(t, l)
	devices, err := l.Devices()
	require.NoError(t, err)
	require.NotEmpty(t, devices)
	require.Equal(t, "CPU", devices[0].Type)
	require.Contains(t, devices[0].Name, "device:CPU:0")
}

func TestOpList(t *testing.T) {
	l := open(t)
	checkAlive(t, l)
	b, err := l.OpList()
	require.NoError(t, err)
	var ops tfproto.OpList
	require.NoError(t, proto.Unmarshal(b, &ops))
	names := map[string]bool{}
	for _, op := range ops.Op {
		names[op.Name] = true
	}
	require.Subset(t, names, map[string]bool{"MatMul": true, "TensorListReserve": true})
	require.Greater(t, len(names), 1000)
}

// TestDropped forgets graphs and sessions without Close: the garbage collector
// closes them.
func TestDropped(t *testing.T) {
	l := open(t)
	checkAlive(t, l)
	func() {
		g := l.NewGraph()
		require.NoError(t, g.Import(graphDef(t, floats("c", []float32{1}, 1)), cgo.ImportOptions{}))
		s, err := l.NewSession(g, nil)
		require.NoError(t, err)
		c, err := s.Callable(nil, at("c"), nil)
		require.NoError(t, err)
		_, err = c.Run(context.Background(), nil)
		require.NoError(t, err)
	}()
	for range math.MaxInt16 {
		if n := l.Alive(); n.Graphs+n.Sessions == 0 {
			break
		}
		runtime.GC()
	}
}

func TestRunInto(t *testing.T) {
	l := open(t)
	checkAlive(t, l)
	s, _ := start(t, l, placeholder("x", tensor.Float32, -1, 2), identity("y", "x", tensor.Float32))
	defer s.Close()
	c, err := s.Callable(at("x"), at("y"), nil)
	require.NoError(t, err)
	require.NoError(t, s.Extend())
	ctx := context.Background()

	same := value(t, []float32{9, 9, 9, 9}, 2, 2)
	out := []*tensor.Tensor{same}
	require.NoError(t, c.RunInto(ctx, []*tensor.Tensor{value(t, []float32{1, 2, 3, 4}, 2, 2)}, out))
	require.Same(t, same, out[0], "it fits and is filled")
	require.Equal(t, value(t, []float32{1, 2, 3, 4}, 2, 2), out[0])

	for name, misfit := range map[string]*tensor.Tensor{
		"rows": same, "rank": value(t, []float32{9, 9}, 2), "type": value(t, []int32{9, 9}, 1, 2), "none": nil,
	} {
		out := []*tensor.Tensor{misfit}
		require.NoError(t, c.RunInto(ctx, []*tensor.Tensor{value(t, []float32{5, 6}, 1, 2)}, out), name)
		require.Equal(t, value(t, []float32{5, 6}, 1, 2), out[0], name)
	}
	require.Equal(t, value(t, []float32{1, 2, 3, 4}, 2, 2), same, "what does not fit is left alone")

	var e *cgo.Error
	require.ErrorAs(t, c.RunInto(ctx, []*tensor.Tensor{same}, nil), &e)
	require.Equal(t, cgo.InvalidArgument, e.Code)
}

func BenchmarkRunIdentity(b *testing.B) {
	l := open(b)
	s, _ := start(b, l, placeholder("x", tensor.Float32, -1, 784), identity("y", "x", tensor.Float32))
	c, err := s.Callable(at("x"), at("y"), nil)
	require.NoError(b, err)
	require.NoError(b, s.Extend())
	feed := []*tensor.Tensor{value(b, make([]float32, 784), 1, 784)}
	cancellable, cancel := context.WithCancel(context.Background())
	defer cancel()
	for name, ctx := range map[string]context.Context{"Background": context.Background(), "Cancellable": cancellable} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.Run(ctx, feed); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
