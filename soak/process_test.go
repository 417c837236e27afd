package soak

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/tfexplain/tfexplain-go/internal/cgo"
)

// sample is what the process held at one time.
type sample struct {
	at                           time.Duration
	resident, heap               float64 // bytes
	goroutines, threads, handles int
	c                            cgo.Counters
}

// look takes a sample. Memory that Go has freed is given back first, so that it is
// no growth.
func look(lib *cgo.Library, at time.Duration) (sample, error) {
	debug.FreeOSMemory()
	s := sample{at: at, heap: heapInUse(), goroutines: runtime.NumGoroutine(), c: lib.Alive()}
	var err error
	if s.resident, err = residentBytes(); err != nil {
		return s, err
	}
	if s.threads, err = entries("/proc/self/task"); err != nil {
		return s, err
	}
	s.handles, err = entries("/proc/self/fd")
	return s, err
}

// residentBytes is the process's resident set (proc_pid_statm(5), field 2).
func residentBytes() (float64, error) {
	raw, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, err
	}
	fields := bytes.Fields(raw)
	if len(fields) < 2 {
		return 0, fmt.Errorf("/proc/self/statm holds %q", raw)
	}
	pages, err := strconv.ParseFloat(string(fields[1]), 64)
	return pages * float64(os.Getpagesize()), err
}

func entries(dir string) (int, error) {
	names, err := os.ReadDir(dir)
	return len(names), err
}

// watch takes samples until it is stopped.
type watch struct {
	lib     *cgo.Library
	start   time.Time
	stop    chan struct{}
	done    sync.WaitGroup
	samples []sample
	err     error
}

func startWatch(lib *cgo.Library, start time.Time, every time.Duration) *watch {
	w := &watch{lib: lib, start: start, stop: make(chan struct{})}
	w.done.Go(func() {
		for tick := time.NewTicker(every); ; {
			select {
			case <-w.stop:
				tick.Stop()
				return
			case <-tick.C:
			}
			s, err := look(w.lib, time.Since(w.start))
			if err != nil {
				w.err = err
				return
			}
			w.samples = append(w.samples, s)
		}
	})
	return w
}

func (w *watch) end() ([]sample, error) {
	close(w.stop)
	w.done.Wait()
	return w.samples, w.err
}

// median is that of the samples of one quarter of a time.
func median(samples []sample, quarter int, whole time.Duration, of func(sample) float64) float64 {
	var values []float64
	for _, s := range samples {
		if int(quarters*s.at/whole) == quarter {
			values = append(values, of(s))
		}
	}
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return values[len(values)/2]
}
