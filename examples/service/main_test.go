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
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/examples/internal/readme"
	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/savedmodel/graftmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
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

// reference explains the ten digits in a session of its own.
func reference(t *testing.T) []answer {
	t.Helper()
	m, err := savedmodel.Load(digits+"model", savedmodel.Options{})
	require.NoError(t, err)
	defer m.Close()
	ex, err := tfexplain.New(t.Context(), m, tfexplain.DeepLIFT{}, tfexplain.Options{Target: "logits"})
	require.NoError(t, err)
	defer ex.Close()
	all := make([]answer, 10)
	for digit := range all {
		x, err := decode(picture(t, digit))
		require.NoError(t, err)
		xs := map[string]*tensor.Tensor{"image": x}
		res, err := ex.Explain(t.Context(), xs, tfexplain.Argmax())
		require.NoError(t, err)
		out, err := m.Predict(t.Context(), "", xs)
		require.NoError(t, err)
		probs, err := tensor.Data[float32](out["probs"])
		require.NoError(t, err)
		why, err := tensor.Data[float32](res.Attributions["image"])
		require.NoError(t, err)
		k := res.Classes[0]
		all[digit] = answer{k, probs[k], k, float32(res.Target[0]), float32(res.BaselineTarget[0]), float32(res.Delta[0]), why}
	}
	return all
}

// right compares with the reference. Threads add up in any order: float32 has 2^-24,
// and the numbers are below 20.
func right(want, got answer) error {
	const near = 2e-5
	differ := func(a, b float32) bool { return a-b > near || b-a > near }
	if got.Class != want.Class || got.Explained != want.Explained || len(got.Attributions) != len(want.Attributions) {
		return fmt.Errorf("class %d explained as %d with %d numbers", got.Class, got.Explained, len(got.Attributions))
	}
	if differ(got.Probability, want.Probability) || differ(got.Logit, want.Logit) || differ(got.Baseline, want.Baseline) {
		return fmt.Errorf("%v, %v, %v in the place of %v, %v, %v", got.Probability, got.Logit, got.Baseline, want.Probability, want.Logit, want.Baseline)
	}
	sum := 0.0
	for i, v := range got.Attributions {
		if sum += float64(v); differ(v, want.Attributions[i]) {
			return fmt.Errorf("attribution %d is %v in the place of %v", i, v, want.Attributions[i])
		}
	}
	if differ(float32(sum), got.Logit-got.Baseline+got.Delta) || differ(got.Delta, 0) {
		return fmt.Errorf("the sum is %v, delta %v", sum, got.Delta)
	}
	return nil
}

// Many clients at once, some of them impatient, some wrong, some gone before the
// answer: every answer is right, and everything else is a clean error.
func TestLoad(t *testing.T) {
	want := reference(t)
	s := start(t, usual())
	pictures := make([][]byte, 10)
	for digit := range pictures {
		pictures[digit] = picture(t, digit)
	}
	small := blank(t, 27, 28)

	const clients, requests = 12, 25
	var mu sync.Mutex
	count := make(map[int]int)
	one := func(client, i int) error {
		ctx, digit := context.Background(), (client+i)%10
		path, body, codes := "/explain", pictures[digit], []int{200}
		switch (client*requests + i) % 5 {
		case 0: // impatient
			path += "?timeout=" + []string{"1ns", "500us", "2ms"}[i%3]
			codes = []int{200, 503, 504}
		case 1: // wrong
			body, codes = small, []int{400}
		case 2: // gone
			var leave context.CancelFunc
			ctx, leave = context.WithTimeout(ctx, time.Duration(i%4)*time.Millisecond)
			defer leave()
		}
		code, got, text, err := ask(ctx, s.url+path, bytes.NewReader(body))
		if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
			code, codes = 0, []int{0}
		} else if err != nil {
			return err
		}
		mu.Lock()
		count[code]++
		mu.Unlock()
		for _, c := range codes {
			switch {
			case c != code:
				continue
			case code == 200:
				return right(want[digit], got)
			case code != 0 && text == "":
				return fmt.Errorf("status %d without a reason", code)
			}
			return nil
		}
		return fmt.Errorf("status %d: %s", code, text)
	}
	failed := make(chan error, clients*requests)
	var all sync.WaitGroup
	for client := range clients {
		all.Go(func() {
			for i := range requests {
				if err := one(client, i); err != nil {
					failed <- fmt.Errorf("request %d of client %d: %w", i, client, err)
				}
			}
		})
	}
	all.Wait()
	close(failed)
	for err := range failed {
		t.Error(err)
	}
	t.Logf("answers by status, 0 for clients that left: %v", count)
	require.GreaterOrEqual(t, count[200], clients*requests*2/5)
	require.NotZero(t, count[400])
	require.NotZero(t, count[503]+count[504], "nobody was too impatient")
	s.end(t)
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

// Requests whose pictures are still coming when the service is told to stop are
// answered; new ones find nobody.
func TestShutdown(t *testing.T) {
	want := reference(t)
	s := start(t, usual())
	const inFlight = 6
	type result struct {
		code int
		a    answer
		err  error
	}
	results := make(chan result, inFlight)
	var bodies []*io.PipeWriter
	for digit := range inFlight {
		from, to := io.Pipe()
		bodies = append(bodies, to)
		go func() {
			code, a, _, err := ask(context.Background(), s.url+"/explain", from)
			results <- result{code, a, err}
		}()
		_, err := to.Write(picture(t, digit)[:100]) // returns once it has been sent
		require.NoError(t, err)
	}
	// Connections are accepted in order: the server has them once it answers a later one.
	w, err := http.Get(s.url + "/healthz")
	require.NoError(t, err)
	require.NoError(t, w.Body.Close())

	s.stop()
	require.Eventually(t, func() bool {
		c, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
		if err == nil {
			_ = c.Close()
		}
		return err != nil
	}, time.Minute, time.Millisecond, "new clients are still let in")
	for digit, to := range bodies {
		_, err := to.Write(picture(t, digit)[100:])
		require.NoError(t, err)
		require.NoError(t, to.Close())
	}
	for range inFlight {
		r := <-results
		require.NoError(t, r.err)
		require.Equal(t, 200, r.code)
		require.NoError(t, right(want[r.a.Class], r.a))
	}
	require.NoError(t, <-s.finished)
}
