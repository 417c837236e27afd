package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// request is a line that a worker reads, and answer what it writes: this program
// (serve.go) and python/worker.py alike.
type request struct {
	Model  string `json:"model"`
	Method string `json:"method"`
	X      string `json:"x"`
	Rows   int    `json:"rows"`
	Window []int  `json:"window,omitempty"`
	Repeat int    `json:"repeat"`
	Values bool   `json:"values,omitempty"`
}

type answer struct {
	Seconds float64   `json:"seconds"`
	RSS     int64     `json:"rss"` // bytes, after the call
	Values  []float64 `json:"values,omitempty"`
	Error   string    `json:"error,omitempty"`
}

// worker is a process that times calls.
type worker struct {
	cmd     *exec.Cmd
	ask     io.WriteCloser
	answers *bufio.Reader
	log     *os.File
}

// startWorker runs a command whose messages go to a file.
func startWorker(cmd *exec.Cmd, logFile string) (*worker, error) {
	log, err := os.Create(logFile)
	if err != nil {
		return nil, err
	}
	w := &worker{cmd: cmd, log: log}
	cmd.Stderr = log
	if w.ask, err = cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	w.answers = bufio.NewReader(out)
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("%w: make bench makes the environment with Python's side", err)
	}
	return w, nil
}

// call sends a request and waits for its answer. An answer with an error is a
// *missingError, after which the worker takes further requests.
func (w *worker) call(r request) (answer, error) {
	line, err := json.Marshal(r)
	if err != nil {
		return answer{}, err
	}
	if _, err := w.ask.Write(append(line, '\n')); err != nil {
		return answer{}, w.died(err)
	}
	got, err := w.answers.ReadBytes('\n')
	if err != nil {
		return answer{}, w.died(err)
	}
	return parseAnswer(got)
}

func (w *worker) died(err error) error {
	return fmt.Errorf("a worker is gone (%w): its last words are in %s", err, w.log.Name())
}

// missingError is why there is no number.
type missingError struct{ reason string }

func (e *missingError) Error() string { return e.reason }

func parseAnswer(line []byte) (answer, error) {
	var a answer
	if err := json.Unmarshal(line, &a); err != nil {
		return a, fmt.Errorf("a worker wrote %q: %w", line, err)
	}
	if a.Error != "" {
		return a, &missingError{lastLine(a.Error)}
	}
	if !(a.Seconds > 0) {
		return a, fmt.Errorf("a worker wrote %q: the time is missing", line)
	}
	return a, nil
}

// lastLine is where Python puts the cause, after what TensorFlow adds about the
// code that led to it.
func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}

// close ends the process.
func (w *worker) close() error {
	defer w.log.Close()
	w.ask.Close()
	return w.cmd.Wait()
}
