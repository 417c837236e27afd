package soak

import (
	"math"
	"sync"
	"time"
)

// ledger counts what happened. Its size does not depend on how much.
type ledger struct {
	mu     sync.Mutex
	calls  map[string]*[outcomes]int64 // by what was called
	took   [quarters]histogram         // right answers, undisturbed
	worst  map[string]float64          // how far a right answer was from what is known, by method
	opened int
	failed []error
}

const quarters = 4

func newLedger() *ledger {
	return &ledger{calls: map[string]*[outcomes]int64{}, worst: map[string]float64{}}
}

// add counts one call.
func (l *ledger) add(what string, o outcome, miss float64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.calls[what] == nil {
		l.calls[what] = new([outcomes]int64)
	}
	l.calls[what][o]++
	l.worst[what] = max(l.worst[what], miss)
}

func (l *ledger) timed(quarter int, d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.took[min(quarter, quarters-1)].add(d)
}

func (l *ledger) open() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.opened++
}

// fail notes what must not happen, and says whether that was the last straw.
func (l *ledger) fail(err error) (enough bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.failed = append(l.failed, err)
	return len(l.failed) >= 5
}

func (l *ledger) total() int64 {
	var n int64
	for _, c := range l.calls {
		for _, k := range c {
			n += k
		}
	}
	return n
}

// histogram counts durations in buckets that are 5 % wide, from a microsecond.
type histogram [400]int64

func (h *histogram) add(d time.Duration) {
	i := int(math.Log(max(1, float64(d)/float64(time.Microsecond))) / math.Log(1.05))
	h[min(i, len(h)-1)]++
}

// quantile is the upper end of the bucket that the share q of all reaches.
func (h *histogram) quantile(q float64) time.Duration {
	var all, n int64
	for _, k := range h {
		all += k
	}
	for i, k := range h {
		if n += k; n > 0 && float64(n) >= q*float64(all) {
			return time.Duration(math.Pow(1.05, float64(i+1)) * float64(time.Microsecond))
		}
	}
	return 0
}
