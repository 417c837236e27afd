package main

import (
	"io"
	"os"
	"slices"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progress draws how many rows are done of those that all methods take, and how
// long the rest will last. It is drawn on a terminal only; a nil progress draws
// nothing.
type progress struct {
	bar         *progressbar.ProgressBar
	done, total []int // of each choice and method
	first       int   // of the choice that is explained now
	methods     int
	most        int // that the bar knows of
}

// isTerminal says whether a person looks on.
func isTerminal(w io.Writer) bool {
	if p, ok := w.(plainWriter); ok {
		w = p.to
	}
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// newProgress begins with the rows that each method will take for a choice.
func newProgress(w io.Writer, rows []int, choices int) *progress {
	total := slices.Repeat(rows, choices)
	most := sumOf(total)
	return &progress{done: make([]int, len(total)), total: total, methods: len(rows), most: most, bar: newBar(w, max(most, 1))}
}

// begin notes that the methods explain the i-th choice from now on.
func (p *progress) begin(i int) {
	if p != nil {
		p.first = i * p.methods
	}
}

func newBar(w io.Writer, total int) *progressbar.ProgressBar {
	return progressbar.NewOptions(total, progressbar.OptionSetWriter(w), progressbar.OptionSetDescription("explaining"),
		progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetItsString("rows"),
		progressbar.OptionSetPredictTime(true), progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionSetRenderBlankState(true), progressbar.OptionClearOnFinish())
}

// set notes what a method has done, and what it takes as far as that is known:
// adaptive methods take more rows than they begin with, or fewer.
func (p *progress) set(method, done, total int) {
	if p == nil {
		return
	}
	p.done[p.first+method], p.total[p.first+method] = done, total
	// A bar that cannot be drawn is no reason to fail. At its end it would be
	// finished, and not take what may follow.
	now := sumOf(p.done)
	if most := max(sumOf(p.total), now+1); most != p.most {
		p.most = most
		p.bar.ChangeMax(most)
	}
	_ = p.bar.Set(now)
}

// ended notes that a method is done, with however many rows.
func (p *progress) ended(method int) {
	if p != nil {
		done := p.done[p.first+method]
		p.set(method, done, done)
	}
}

// clear takes the bar away.
func (p *progress) clear() {
	if p != nil {
		_ = p.bar.Clear()
	}
}

func sumOf(list []int) int {
	sum := 0
	for _, n := range list {
		sum += n
	}
	return sum
}
