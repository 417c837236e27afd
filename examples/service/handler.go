//go:build graft

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image/png"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"time"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/savedmodel/graftmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

const (
	maxBody = 64 << 10 // bytes of a picture
	maxSide = 256      // pixels; a small file may claim any size

	clientClosed = 499 // for metrics: the client has left before the answer, as nginx counts it
)

func (e *explainer) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /explain", func(w http.ResponseWriter, r *http.Request) {
		start, code := time.Now(), http.StatusOK
		a, err := e.handle(w, r)
		if err != nil {
			code = fail(w, r, err)
		} else {
			reply(w, code, a)
		}
		e.count(code, time.Since(start))
	})
	mux.HandleFunc("GET /metrics", e.writeMetrics)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	return mux
}

// handle answers POST /explain?class=3&timeout=100ms with a picture as body. The
// deadline begins when the picture is here.
func (e *explainer) handle(w http.ResponseWriter, r *http.Request) (*answer, error) {
	class, timeout, err := e.question(r.URL.Query())
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return nil, err
	}
	picture, err := decode(body)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(r.Context(), timeout) // it ends with the connection, too
	defer cancel()
	return e.explain(ctx, picture, class)
}

// requestError is what the client can mend.
type requestError struct{ reason string }

func (e *requestError) Error() string { return e.reason }

// question reads the query.
func (e *explainer) question(q url.Values) (class int, timeout time.Duration, err error) {
	class, timeout = -1, e.timeout
	if text := q.Get("class"); text != "" {
		if class, err = strconv.Atoi(text); err != nil || class < 0 {
			return 0, 0, &requestError{fmt.Sprintf("class is %q; wanted a number from 0", text)}
		}
	}
	if text := q.Get("timeout"); text != "" {
		asked, err := time.ParseDuration(text)
		if err != nil || asked <= 0 {
			return 0, 0, &requestError{fmt.Sprintf("timeout is %q; wanted a duration such as 100ms", text)}
		}
		timeout = min(timeout, asked)
	}
	return class, timeout, nil
}

// decode reads a PNG as one row of gray numbers from 0 to 1. Its size is looked at
// first; whether the model takes it, the model says.
func decode(body []byte) (*tensor.Tensor, error) {
	c, err := png.DecodeConfig(bytes.NewReader(body))
	if err != nil {
		return nil, &requestError{"the body is not a PNG: " + err.Error()}
	}
	if c.Width > maxSide || c.Height > maxSide {
		return nil, &requestError{fmt.Sprintf("the picture has %d x %d pixels; at most %d x %d are taken", c.Width, c.Height, maxSide, maxSide)}
	}
	picture, err := png.Decode(bytes.NewReader(body))
	if err != nil {
		return nil, &requestError{"the body is not a PNG: " + err.Error()}
	}
	return tensor.FromImage(picture, tensor.ImageOptions{Shape: []int{1, -1, -1, 1}})
}

// status is the HTTP status of an error.
func status(err error) int {
	var (
		tooLarge *http.MaxBytesError
		request  *requestError
		shape    *tfexplain.ShapeError
		option   *tfexplain.OptionError // here, a class that the model does not have
		choice   *tfexplain.ChoiceError // this input cannot be compared with the baseline
		closed   *graftmodel.ClosedError
		failed   *savedmodel.StatusError
	)
	switch {
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, os.ErrDeadlineExceeded): // the picture came too slowly
		return http.StatusRequestTimeout
	case errors.As(err, &request), errors.As(err, &shape), errors.As(err, &option):
		return http.StatusBadRequest
	case errors.As(err, &choice):
		return http.StatusUnprocessableEntity
	case errors.Is(err, errBusy), errors.Is(err, tfexplain.ErrClosed), errors.As(err, &closed):
		return http.StatusServiceUnavailable
	case errors.Is(err, context.DeadlineExceeded):
		return http.StatusGatewayTimeout
	case errors.As(err, &failed) && failed.Code == savedmodel.ResourceExhausted: // no memory for it now
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// fail replies with an error, and gives its status. What is not the client's fault is
// logged, and not told in detail.
func fail(w http.ResponseWriter, r *http.Request, err error) int {
	if r.Context().Err() != nil {
		return clientClosed
	}
	code, text := status(err), err.Error()
	switch code {
	case http.StatusInternalServerError:
		slog.Error("explain", "error", err)
		text = "internal error"
	case http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", "1")
	}
	reply(w, code, map[string]string{"error": text})
	return code
}

func reply(w http.ResponseWriter, code int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(v) // an error means that the client has left
}
