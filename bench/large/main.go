// Command large holds tfexplain to well-known architectures: the SavedModels
// that testdata/large/export.py writes. For every one it compares the forward
// pass and the gradient with TensorFlow's own, requires that DeepLIFT's
// attributions add up, and prints what compiling costs. "make zoo-large" runs
// both.
//
//	go run ./bench/large -models out/large/models -table docs/large-models.md
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	log.SetFlags(0)
	dir := flag.String("models", "out/large/models", "folder that export.py filled")
	file := flag.String("table", "", "file to write the table to")
	only := flag.String("only", "", "part of the names of the models to check")
	flag.Parse()
	if err := run(context.Background(), *dir, *file, *only); err != nil {
		log.Fatal(err)
	}
}

// run checks all models before it reports what failed.
func run(ctx context.Context, dir, file, only string) error {
	folders, err := filepath.Glob(filepath.Join(dir, "*"+only+"*", "gradient.npy"))
	if err != nil {
		return err
	}
	if len(folders) == 0 {
		return fmt.Errorf("%s holds no models: run make zoo-large", dir)
	}
	var rows []row
	var failed error
	for _, f := range folders {
		r, err := check(ctx, filepath.Dir(f))
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", filepath.Base(filepath.Dir(f)), err))
			continue
		}
		rows = append(rows, r)
		fmt.Println(strings.Join(r.cells(), "  "))
	}
	if failed != nil || file == "" {
		return failed
	}
	text, err := table(dir, rows)
	if err != nil {
		return err
	}
	return os.WriteFile(file, []byte(text), 0o644)
}
