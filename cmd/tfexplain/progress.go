package main

import (
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// showProgress draws how many of the rows are done, on a terminal only, until
// stop is called.
func showProgress(w io.Writer, rows int, done func() int64) (stop func()) {
	file, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) || rows < 2 {
		return func() {}
	}
	bar := progressbar.NewOptions(rows, progressbar.OptionSetWriter(file), progressbar.OptionSetDescription("explaining"),
		progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetItsString("rows"), progressbar.OptionClearOnFinish())
	quit, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-quit:
				// A bar that cannot be drawn is no reason to fail.
				_ = bar.Finish()
				return
			case <-tick.C:
				_ = bar.Set64(done())
			}
		}
	}()
	return func() { close(quit); <-ended }
}
