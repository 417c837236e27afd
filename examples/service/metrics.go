//go:build graft

package main

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"
)

// metrics counts the answers to POST /explain, for GET /metrics in the text format of
// Prometheus.
type metrics struct {
	mu      sync.Mutex
	replies map[int]int // by status
	took    time.Duration
}

// count notes an answer.
func (m *metrics) count(status int, took time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.replies == nil {
		m.replies = make(map[int]int)
	}
	m.replies[status]++
	m.took += took
}

func (e *explainer) writeMetrics(w http.ResponseWriter, _ *http.Request) {
	stats := e.ex.Stats()
	w.Header().Set("Content-Type", "text/plain; version=0.0.4")
	e.mu.Lock()
	defer e.mu.Unlock()
	fmt.Fprintln(w, "# TYPE explain_requests_total counter")
	for _, code := range slices.Sorted(maps.Keys(e.replies)) {
		fmt.Fprintf(w, "explain_requests_total{code=\"%d\"} %d\n", code, e.replies[code])
	}
	fmt.Fprintf(w, "# TYPE explain_seconds_total counter\nexplain_seconds_total %g\n", e.took.Seconds())
	fmt.Fprintf(w, "# TYPE explain_rows_total counter\nexplain_rows_total %d\n", stats.Rows)
	fmt.Fprintf(w, "# TYPE explain_requests_running gauge\nexplain_requests_running %d\n", len(e.slots))
}
