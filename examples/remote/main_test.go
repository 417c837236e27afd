package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/examples/internal/readme"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestReadme(t *testing.T) { readme.Check(t) }

func TestWhatTheServiceDoes(t *testing.T) {
	row := `[` + `0,1,2` + `]`
	for name, c := range map[string]struct {
		status int
		answer string
		asked  int
		says   string // the error; none if empty
	}{
		"answers":        {200, `{"predictions": [` + row + `, ` + row + `]}`, 1, ""},
		"overloaded":     {503, "later", 3, "given up after 3 tries: 503"},
		"too many":       {429, "later", 3, "given up after 3 tries: 429"},
		"refuses":        {400, "no such thing", 1, "no such thing"},
		"breaks":         {500, "oh", 1, "500"},
		"a row too few":  {200, `{"predictions": [` + row + `]}`, 1, "1 rows for 2"},
		"rows differ":    {200, `{"predictions": [` + row + `, [1, 2]]}`, 1, "shape"},
		"no JSON":        {200, "hello", 1, "invalid character"},
		"without an end": {200, strings.Repeat(" ", 2*maxAnswer), 1, "more than"},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(c.status)
				_, _ = fmt.Fprint(w, c.answer)
			}))
			defer server.Close()
			near := &client{url: server.URL, http: server.Client(), tries: 3, wait: time.Millisecond}
			out, err := near.predict(t.Context(), two(t))
			require.Equal(t, c.asked, near.asked)
			if c.says == "" {
				require.NoError(t, err)
				require.Equal(t, []int{2, 3}, out.Shape())
			} else {
				require.ErrorContains(t, err, c.says)
			}
		})
	}
}

func TestNobodyThere(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	near := &client{url: server.URL, http: &http.Client{}, tries: 2, wait: time.Millisecond}
	_, err := near.predict(t.Context(), two(t))
	require.ErrorContains(t, err, "given up after 2 tries")
}

// Both a service that hangs and the wait for the next try end with the context.
func TestDeadline(t *testing.T) {
	hang := make(chan struct{})
	for name, handler := range map[string]http.HandlerFunc{
		"hangs":      func(http.ResponseWriter, *http.Request) { <-hang },
		"overloaded": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) },
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(handler)
			defer server.Close()
			if name == "hangs" {
				defer close(hang)
			}
			near := &client{url: server.URL, http: server.Client(), tries: 3, wait: time.Hour}
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			_, err := near.predict(ctx, two(t))
			require.ErrorIs(t, err, context.DeadlineExceeded)
		})
	}
}

func two(t *testing.T) map[string]*tensor.Tensor {
	x, err := tensor.Zeros(tensor.Float32, 2, side, side, 1)
	require.NoError(t, err)
	return map[string]*tensor.Tensor{"image": x}
}
