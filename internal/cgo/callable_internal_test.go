package cgo

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestElements(t *testing.T) {
	for _, c := range []struct {
		dtype tensor.DType
		shape []int
		bytes int
		want  int // -1: an error
	}{
		{tensor.Float32, []int{2, 3}, 24, 6},
		{tensor.Float32, []int{2, 3}, 23, -1},
		{tensor.Float32, nil, 4, 1},
		{tensor.Float32, nil, 3, -1},
		{tensor.Float32, []int{0, 5}, 0, 0},
		{tensor.String, []int{2}, 48, 2},
		{tensor.String, []int{2}, 47, -1},
		{tensor.Complex128, []int{1 << 40, 1 << 40}, 16, -1},
		{tensor.Bool, []int{-1}, 16, -1},
	} {
		n, err := elements(c.dtype, c.shape, c.bytes)
		if c.want < 0 {
			var shape *tensor.ShapeError
			require.ErrorAs(t, err, &shape, "%v", c)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, c.want, n)
	}
}

func TestMilliseconds(t *testing.T) {
	for d, want := range map[time.Duration]uint64{
		-time.Second: 1, 0: 1, 1: 1, time.Millisecond: 1, time.Millisecond + 1: 2, time.Hour: 3600000,
	} {
		require.Equal(t, want, milliseconds(d), d)
	}
}

func TestRunErrorOfADeadline(t *testing.T) {
	past, cancel := context.WithDeadline(context.Background(), time.Unix(0, 0))
	defer cancel()
	future, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	for _, c := range []struct {
		ctx  context.Context
		code Code
		both bool
	}{
		{past, DeadlineExceeded, true},
		{past, InvalidArgument, false},
		{future, DeadlineExceeded, false},
		{context.Background(), DeadlineExceeded, false},
	} {
		err := runError(c.ctx, c.code, "why")
		require.ErrorIs(t, err, &Error{Code: c.code})
		require.Equal(t, c.both, errors.Is(err, context.DeadlineExceeded))
		require.ErrorContains(t, err, fmt.Sprintf("tensorflow: run: %v: why", c.code))
	}
}

func TestCodeNames(t *testing.T) {
	require.Equal(t, "OK", OK.String())
	require.Equal(t, "INVALID_ARGUMENT", InvalidArgument.String())
	require.Equal(t, "DEADLINE_EXCEEDED", DeadlineExceeded.String())
	require.Equal(t, "UNAUTHENTICATED", Unauthenticated.String())
	require.Equal(t, "CODE(17)", Code(17).String())
	require.Equal(t, "CODE(-1)", Code(-1).String())
}

type owner struct {
	held, released int
	err            error
}

func (o *owner) Hold() error {
	if o.err == nil {
		o.held++
	}
	return o.err
}

func (o *owner) Release() { o.released++ }

// busyOwner answers when it is let.
type busyOwner struct{ asked, answer, released chan bool }

func (o *busyOwner) Hold() error {
	o.asked <- true
	<-o.answer
	return nil
}

func (o *busyOwner) Release() { close(o.released) }

func TestBorrow(t *testing.T) {
	l, err := Open(Options{})
	require.NoError(t, err)
	g := l.NewGraph()
	s, err := l.NewSession(g, nil)
	require.NoError(t, err)
	o := &owner{}
	borrowed, graph := l.Borrow(unsafe.Pointer(g.handle.c), unsafe.Pointer(s.handle.c), o)
	_, err = borrowed.Devices()
	require.NoError(t, err)
	require.Equal(t, owner{held: 1, released: 1}, *o)
	o.err = errors.New("closed by its owner")
	_, err = borrowed.Devices()
	require.ErrorIs(t, err, o.err)
	require.Equal(t, owner{held: 1, released: 1, err: o.err}, *o)
	o.err = nil

	// While the owner does not answer, a call gives up; what it is given afterwards is
	// given back.
	busy := &busyOwner{asked: make(chan bool), answer: make(chan bool), released: make(chan bool)}
	waiting, _ := l.Borrow(unsafe.Pointer(g.handle.c), unsafe.Pointer(s.handle.c), busy)
	c, err := waiting.Callable(nil, nil, nil)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		<-busy.asked
		cancel()
	}()
	_, err = c.Run(ctx, nil)
	require.ErrorIs(t, err, context.Canceled)
	close(busy.answer)
	<-busy.released
	require.NoError(t, waiting.Close())

	require.NoError(t, borrowed.Close())
	graph.Close()
	require.ErrorIs(t, borrowed.Extend(), ErrClosed)
	require.Equal(t, owner{held: 2, released: 2}, *o)
	require.Equal(t, int64(1), l.Alive().Graphs)
	require.Equal(t, int64(1), l.Alive().Sessions)
	require.NoError(t, s.Extend(), "the owner's session is untouched")
	require.NoError(t, s.Close())
	g.Close()
	require.Zero(t, l.Alive())
}
