package soak

import (
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/internal/cgo"
)

// summary is the closing report.
type summary struct {
	run                *run
	library            *cgo.Library
	first, last, after sample // before the calls, after them, and with everything closed
	samples            []sample
	ops                map[string]int // nodes of each model's graph
}

func (s *summary) whole() time.Duration { return s.last.at }

// growth is how much more was held in the last quarter than in the second, by
// their medians: what a Run holds while it lasts does not count.
func (s *summary) growth(of func(sample) float64) float64 {
	return median(s.samples, 3, s.whole(), of) - median(s.samples, 1, s.whole(), of)
}

// What may be more in the last quarter than in the second, from mellow on.
const (
	mellow = 10 * time.Minute // by then every caller has met every shape

	// One forgotten C object (100 bytes and more) for each of the 20,000 calls and
	// more between the middles of the two quarters, or 20 kB for each of 100 models
	// opened, would be 2 MB.
	moreHeap = 2e6
	// What glibc keeps of freed memory: it has 8 arenas for each CPU (mallopt(3),
	// M_ARENA_MAX), and one grows when what is alive in it at once does. An arena's
	// first heap is 64 MB at most (malloc.c, HEAP_MAX_SIZE); that none grows from
	// empty to full is a guess on the safe side for models of a few megabytes.
	moreResident = 64e6
	// A thread waits in each Run, those of cancelled calls included, and Go keeps
	// the threads that it has started.
	moreThreads = 2 * callers
)

// judge holds what was seen to what is allowed.
func (s *summary) judge(t *testing.T) {
	t.Helper()
	require.GreaterOrEqual(t, s.run.opened, *opens)
	open := s.last.c
	require.Zero(t, open.Tensors)
	require.Zero(t, open.Statuses)
	require.Equal(t, s.first.c.TensorBytes, open.TensorBytes)
	require.Equal(t, s.first.c.Buffers, open.Buffers)
	require.Equal(t, s.first.c.Graphs, open.Graphs)
	require.Equal(t, s.first.c.Sessions, open.Sessions)
	require.Equal(t, cgo.Counters{}, s.after.c, "nothing is left once everything is closed")
	require.LessOrEqual(t, s.last.goroutines, s.first.goroutines)
	require.LessOrEqual(t, s.last.handles, s.first.handles)
	if s.whole() < mellow {
		return
	}
	require.LessOrEqual(t, s.growth(func(x sample) float64 { return x.heap }), moreHeap, "bytes of C and C++ in use")
	require.LessOrEqual(t, s.growth(func(x sample) float64 { return x.resident }), moreResident, "resident bytes")
	require.LessOrEqual(t, s.growth(func(x sample) float64 { return float64(x.threads) }), float64(moreThreads), "threads")
	require.LessOrEqual(t, s.growth(func(x sample) float64 { return float64(x.handles) }), 0., "open files")
}

func (s *summary) text() string {
	var b strings.Builder
	b.WriteString(`# Endurance

What make soak reports when it has ended well (package soak says how it works). Eight goroutines
share the Explainers of seven models and do what comes: explain 1 to 24 rows, with NaN and infinities
in some of them, cancel, set deadlines, give wrong shapes, types, names, classes and weights, ask for
no rows at all, have results written over those of another call, warm up, change baselines, and open models of their own whose Explainers and sessions are
closed while four goroutines use them. Each row's answer is compared with what the row got when it was
asked alone, before; a wrong call must give the typed error that was provoked. Anything else ends the
test.

`)
	fmt.Fprintf(&b, "%d goroutines for %v: %d calls; %d models opened and closed meanwhile, beside %d that stay open.\n",
		callers, s.whole().Round(time.Second), s.run.total(), s.run.opened, len(s.ops))
	fmt.Fprintf(&b, "TensorFlow %s, %s, %s/%s, %d CPUs.\n\n## Calls\n\n", s.library.Version(), runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	s.calls(&b)
	b.WriteString(`"Closing" are calls while their Explainer or model is closed. "Off" is the distance from the known
answer: of the target and its baseline relative to the larger of them and 1, of attributions relative to
their row's largest and a thousandth of the target; 1e-3 would be wrong.

## Held

`)
	s.held(&b)
	fmt.Fprintf(&b, `Judged is the last quarter against the second: at most %.0f MB more of heap in use, %.0f MB more resident
(what glibc keeps of freed memory), %d more threads (Go keeps those it has started), no open file more.
Counts of C objects, goroutines and open files at the end are those of the start.

## Latency

Noted, not judged: the machine has other work.

`, moreHeap/1e6, moreResident/1e6, moreThreads)
	s.latencies(&b)
	return b.String()
}

func (s *summary) calls(b *strings.Builder) {
	b.WriteString("| call |")
	for o := range outcomes {
		fmt.Fprintf(b, " %v |", o)
	}
	b.WriteString(" off by at most |\n|---|" + strings.Repeat("---:|", int(outcomes)+1) + "\n")
	var all [outcomes]int64
	for _, what := range slices.Sorted(maps.Keys(s.run.calls)) {
		c := s.run.calls[what]
		fmt.Fprintf(b, "| %s |", what)
		for o, n := range c {
			fmt.Fprintf(b, " %d |", n)
			all[o] += n
		}
		fmt.Fprintf(b, " %.0e |\n", s.run.worst[what])
	}
	b.WriteString("| all |")
	for _, n := range all {
		fmt.Fprintf(b, " %d |", n)
	}
	b.WriteString(" |\n\n")
}

func (s *summary) held(b *strings.Builder) {
	columns := []sample{s.first}
	for k := 1; k < quarters; k++ {
		i, _ := slices.BinarySearchFunc(s.samples, s.whole()*time.Duration(k)/quarters, func(x sample, at time.Duration) int { return int(x.at - at) })
		columns = append(columns, s.samples[min(i, len(s.samples)-1)])
	}
	columns = append(columns, s.last, s.after)
	b.WriteString("| held | start | 25 % | 50 % | 75 % | end | all closed |\n|---|" + strings.Repeat("---:|", len(columns)) + "\n")
	for _, row := range []struct {
		name string
		of   func(sample) string
	}{
		{"resident memory, MB", func(x sample) string { return fmt.Sprintf("%.1f", x.resident/1e6) }},
		{"heap of C and C++ in use, MB", func(x sample) string { return fmt.Sprintf("%.2f", x.heap/1e6) }},
		{"goroutines", func(x sample) string { return fmt.Sprint(x.goroutines) }},
		{"threads", func(x sample) string { return fmt.Sprint(x.threads) }},
		{"open files", func(x sample) string { return fmt.Sprint(x.handles) }},
		{"TF_Graph", func(x sample) string { return fmt.Sprint(x.c.Graphs) }},
		{"TF_Session", func(x sample) string { return fmt.Sprint(x.c.Sessions) }},
		{"TF_Tensor", func(x sample) string { return fmt.Sprint(x.c.Tensors) }},
		{"TF_Buffer", func(x sample) string { return fmt.Sprint(x.c.Buffers) }},
		{"TF_Status", func(x sample) string { return fmt.Sprint(x.c.Statuses) }},
		{"bytes of feeds in use", func(x sample) string { return fmt.Sprint(x.c.TensorBytes) }},
		{"bytes of feeds kept for the next Run", func(x sample) string { return fmt.Sprint(x.c.PooledBytes) }},
		{"Runs on their way", func(x sample) string { return fmt.Sprint(x.c.Calls) }},
	} {
		fmt.Fprintf(b, "| %s |", row.name)
		for _, c := range columns {
			fmt.Fprintf(b, " %s |", row.of(c))
		}
		b.WriteString("\n")
	}
	b.WriteString("\n| median of quarter | first | second | third | last |\n|---|---:|---:|---:|---:|\n")
	for _, row := range []struct {
		name string
		of   func(sample) float64
	}{
		{"resident memory, MB", func(x sample) float64 { return x.resident / 1e6 }},
		{"heap of C and C++ in use, MB", func(x sample) float64 { return x.heap / 1e6 }},
		{"goroutines", func(x sample) float64 { return float64(x.goroutines) }},
		{"threads", func(x sample) float64 { return float64(x.threads) }},
		{"open files", func(x sample) float64 { return float64(x.handles) }},
	} {
		fmt.Fprintf(b, "| %s |", row.name)
		for q := range quarters {
			fmt.Fprintf(b, " %.2f |", median(s.samples, q, s.whole(), row.of))
		}
		b.WriteString("\n")
	}
	b.WriteString("\nNodes in the graphs of the models that stay open, before and after:")
	for _, name := range slices.Sorted(maps.Keys(s.ops)) {
		fmt.Fprintf(b, " %s %d;", name, s.ops[name])
	}
	b.WriteString(" none was added.\n\n")
}

func (s *summary) latencies(b *strings.Builder) {
	b.WriteString("| right answers, undisturbed | p50 | p99 | calls |\n|---|---:|---:|---:|\n")
	for q, name := range []string{"first quarter", "second", "third", "last"} {
		h := &s.run.took[q]
		var n int64
		for _, k := range h {
			n += k
		}
		fmt.Fprintf(b, "| %s | %v | %v | %d |\n", name, h.quantile(.5).Round(10*time.Microsecond), h.quantile(.99).Round(10*time.Microsecond), n)
	}
}
