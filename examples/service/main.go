//go:build graft

// Service is an HTTP service that serves a model with graft and explains each answer
// in the same session: the weights exist once.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// bodyTime is how long a client may take to send its picture.
const bodyTime = 10 * time.Second

func main() {
	var o options
	addr := flag.String("addr", "127.0.0.1:8080", "address to listen on")
	drain := flag.Duration("drain", 20*time.Second, "after SIGTERM, how long requests on their way may take")
	flag.StringVar(&o.model, "model", "testdata/digits/model", "folder of the model")
	flag.DurationVar(&o.timeout, "timeout", 2*time.Second, "how long an answer may take; ?timeout= asks for less")
	flag.IntVar(&o.parallel, "parallel", 4, "requests that are computed at once; others wait")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *addr, *drain, o); err != nil {
		log.Fatal(err)
	}
}

// run serves until ctx is done.
func run(ctx context.Context, addr string, drain time.Duration, o options) error {
	e, err := newExplainer(ctx, o)
	if err != nil {
		return err
	}
	defer e.close()
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	return serve(ctx, l, e.routes(), drain, o.timeout)
}

// serve answers until ctx is done, and then lets the requests that are on their way
// finish.
func serve(ctx context.Context, l net.Listener, h http.Handler, drain, timeout time.Duration) error {
	server := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       bodyTime,
		WriteTimeout:      bodyTime + timeout + 5*time.Second, // it begins with the headers
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	slog.Info("serving", "address", l.Addr().String())
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	slog.Info("shutting down")
	late, cancel := context.WithTimeout(context.Background(), drain)
	defer cancel()
	if err := server.Shutdown(late); err != nil {
		return fmt.Errorf("requests were cut off after %v: %w", drain, err)
	}
	return nil
}
