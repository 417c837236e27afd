//go:build graft

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/examples/internal/readme"
	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/savedmodel/graftmodel"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

const digits = "../../testdata/digits/"

func TestReadme(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("the session of the README needs curl")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	_, port, err := net.SplitHostPort(l.Addr().String())
	require.NoError(t, err)
	require.NoError(t, l.Close())
	readme.Check(t, "8080", port)
}

// service is a server in this process, at a port of its own.
type service struct {
	url      string
	stop     context.CancelFunc
	finished chan error
}

func start(t *testing.T, o options) *service {
	t.Helper()
	e, err := newExplainer(t.Context(), o)
	require.NoError(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	s := &service{url: "http://" + l.Addr().String(), stop: stop, finished: make(chan error, 1)}
	go func() {
		err := serve(ctx, l, e.routes(), time.Minute, o.timeout)
		e.close()
		s.finished <- err
	}()
	t.Cleanup(stop)
	return s
}

// end stops the service and waits until everything is closed.
func (s *service) end(t *testing.T) {
	t.Helper()
	s.stop()
	require.NoError(t, <-s.finished)
}

func usual() options {
	return options{model: digits + "model", timeout: time.Minute, parallel: 2}
}

// ask sends a picture; what comes back is an answer or an error's text.
func ask(ctx context.Context, url string, body io.Reader) (code int, a answer, text string, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, body)
	if err != nil {
		return 0, a, "", err
	}
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, a, "", err
	}
	defer w.Body.Close()
	var reply struct {
		answer
		Error string `json:"error"`
	}
	err = json.NewDecoder(w.Body).Decode(&reply)
	return w.StatusCode, reply.answer, reply.Error, err
}

func picture(t *testing.T, digit int) []byte {
	t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("%simages/%d.png", digits, digit))
	require.NoError(t, err)
	return b
}

func blank(t *testing.T, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, image.NewGray(image.Rect(0, 0, w, h))))
	return b.Bytes()
}

func TestRequests(t *testing.T) {
	s := start(t, usual())
	defer s.end(t)
	for name, c := range map[string]struct {
		query string
		body  []byte
		code  int
		says  string
	}{
		"another class":    {"?class=3", picture(t, 8), 200, ""},
		"no such class":    {"?class=10", picture(t, 8), 400, "class 10"},
		"not a class":      {"?class=eight", picture(t, 8), 400, `"eight"`},
		"not a duration":   {"?timeout=5", picture(t, 8), 400, "100ms"},
		"no time":          {"?timeout=1ns", picture(t, 8), 504, "deadline"},
		"no picture":       {"", nil, 400, "not a PNG"},
		"half a picture":   {"", picture(t, 8)[:200], 400, "not a PNG"},
		"another size":     {"", blank(t, 28, 20), 400, "[N 28 28 1]"},
		"a large picture":  {"", blank(t, 3000, 10), 400, "at most 256"},
		"too many bytes":   {"", make([]byte, maxBody+1), 413, "too large"},
		"as many as taken": {"", make([]byte, maxBody), 400, "not a PNG"},
	} {
		t.Run(name, func(t *testing.T) {
			code, a, text, err := ask(t.Context(), s.url+"/explain"+c.query, bytes.NewReader(c.body))
			require.NoError(t, err)
			require.Equal(t, c.code, code, text)
			require.Contains(t, text, c.says)
			if code == 200 {
				require.Equal(t, 8, a.Class)
				require.Equal(t, 3, a.Explained)
				require.Len(t, a.Attributions, 28*28)
			}
		})
	}
	w, err := http.Get(s.url + "/metrics")
	require.NoError(t, err)
	text, err := io.ReadAll(w.Body)
	require.NoError(t, err)
	require.NoError(t, w.Body.Close())
	for _, line := range []string{`explain_requests_total{code="200"} 1`, `explain_requests_total{code="400"} 8`, `explain_requests_total{code="413"} 1`, `explain_requests_total{code="504"} 1`, "explain_requests_running 0"} {
		require.Contains(t, string(text), line+"\n")
	}
	for path, code := range map[string]int{"/healthz": 200, "/explain": 405, "/": 404} {
		w, err := http.Get(s.url + path)
		require.NoError(t, err)
		require.NoError(t, w.Body.Close())
		require.Equal(t, code, w.StatusCode, path)
	}
}

// A request that finds all slots taken waits for one until its deadline.
func TestBusy(t *testing.T) {
	e, err := newExplainer(t.Context(), usual())
	require.NoError(t, err)
	defer e.close()
	for range e.parallel {
		require.NoError(t, e.enter(t.Context()))
	}
	x, err := decode(picture(t, 8))
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	_, err = e.explain(ctx, x, -1)
	require.ErrorIs(t, err, errBusy)
	require.Equal(t, 503, status(err))
	e.leave()
	_, err = e.explain(t.Context(), x, -1)
	require.NoError(t, err)
	e.leave()
}

func TestStatus(t *testing.T) {
	for code, err := range map[int]error{
		408: os.ErrDeadlineExceeded,
		422: &tfexplain.ChoiceError{Node: "x"},
		500: errors.New("anything else"),
		503: &savedmodel.StatusError{Code: savedmodel.ResourceExhausted},
	} {
		require.Equal(t, code, status(fmt.Errorf("wrapped: %w", err)))
	}
	require.Equal(t, 503, status(tfexplain.ErrClosed))
	require.Equal(t, 503, status(&graftmodel.ClosedError{}))
	require.Equal(t, 500, status(&savedmodel.StatusError{Code: savedmodel.Internal}))
}
