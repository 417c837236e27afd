//go:build graft

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

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
