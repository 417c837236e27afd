package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// question and answer are what goes over the network, as in TensorFlow Serving's
// REST interface: rows of numbers.
type question struct {
	Instances [][]float32 `json:"instances"`
}

type answer struct {
	Predictions [][]float32 `json:"predictions"`
}

const maxAnswer = 1 << 20 // bytes

// client asks a service, one request for a batch of rows.
type client struct {
	url   string
	http  *http.Client
	tries int           // of one request, when the service is overloaded or not there
	wait  time.Duration // before the second try; doubled after each
	asked int           // requests so far
}

// predict is a tfexplain.Func's Predict.
func (c *client) predict(ctx context.Context, xs map[string]*tensor.Tensor) (*tensor.Tensor, error) {
	pixels, err := tensor.Data[float32](xs["image"])
	if err != nil {
		return nil, err
	}
	rows := xs["image"].Shape()[0]
	q := question{Instances: make([][]float32, rows)}
	for i := range q.Instances {
		q.Instances[i] = pixels[i*side*side : (i+1)*side*side]
	}
	body, err := json.Marshal(q)
	if err != nil {
		return nil, err
	}
	var a answer
	for try := 1; ; try++ {
		err := c.ask(ctx, body, &a)
		if err == nil {
			break
		}
		var again *tryAgainError
		if !errors.As(err, &again) {
			return nil, err
		}
		if try == c.tries {
			return nil, fmt.Errorf("given up after %d tries: %w", try, err)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(c.wait << (try - 1)):
		}
	}
	if len(a.Predictions) != rows {
		return nil, fmt.Errorf("the service answered %d rows for %d", len(a.Predictions), rows)
	}
	var flat []float32
	for _, p := range a.Predictions {
		flat = append(flat, p...)
	}
	return tensor.New(flat, rows, len(flat)/rows) // an error if rows differ in length
}

// tryAgainError is a failure that may pass.
type tryAgainError struct{ err error }

func (e *tryAgainError) Error() string { return e.err.Error() }
func (e *tryAgainError) Unwrap() error { return e.err }

// ask sends one request.
func (c *client) ask(ctx context.Context, body []byte, a *answer) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	c.asked++
	w, err := c.http.Do(r)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return &tryAgainError{err}
	}
	defer w.Body.Close()
	text, err := io.ReadAll(io.LimitReader(w.Body, maxAnswer+1))
	switch {
	case err != nil:
		return &tryAgainError{err}
	case len(text) > maxAnswer:
		return fmt.Errorf("the service answers more than %d bytes", maxAnswer)
	case w.StatusCode == http.StatusServiceUnavailable || w.StatusCode == http.StatusTooManyRequests:
		return &tryAgainError{errors.New(w.Status)}
	case w.StatusCode != http.StatusOK:
		return fmt.Errorf("%s: %.200s", w.Status, text)
	}
	return json.Unmarshal(text, a)
}
