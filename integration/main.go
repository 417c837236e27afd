// Command integration explains SavedModels that Python has just written, with
// every libtensorflow it is given, and holds the answers to TensorFlow's own
// gradients. "make integration" has several releases of TensorFlow write models
// in every way they have (python/export.py), and prints a matrix of writer and
// reader, which is docs/integration.md.
//
//	go run ./integration -models 'out/integration/models-*' -command bin/tfexplain \
//	  -readers DIR,DIR -matrix docs/integration.md
//
// A process can hold one libtensorflow only, and a model may end it: each cell is
// a process of its own, this program with -case.
package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// cellTime is far more than loading and explaining a small model twice takes.
const cellTime = 5 * time.Minute

func main() {
	log.SetFlags(0)
	models := flag.String("models", "out/integration/models-*", "folders that export.py filled, a glob")
	readers := flag.String("readers", "", "folders of libtensorflow, with commas between them")
	command := flag.String("command", "bin/tfexplain", "the command")
	matrix := flag.String("matrix", "", "file to write the matrix to")
	one := flag.String("case", "", "explain one folder of export.py in this process and print what came of it as JSON")
	flag.Parse()
	ctx := context.Background()
	if *one != "" {
		e, err := readExample(*one)
		if err != nil {
			log.Fatal(err)
		}
		if err := json.NewEncoder(os.Stdout).Encode(check(ctx, e, *command)); err != nil {
			log.Fatal(err)
		}
		return
	}
	if err := run(ctx, *models, *readers, *command, *matrix); err != nil {
		log.Fatal(err)
	}
}

// cell is one example with one libtensorflow.
type cell struct {
	*example
	reader string // folder
	outcome
}

func run(ctx context.Context, models, readers, command, file string) error {
	examples, err := find(models)
	if err != nil {
		return err
	}
	var cells []cell
	var failed error
	for _, reader := range strings.Split(readers, ",") {
		version, err := versionOf(ctx, command, reader)
		if err != nil {
			return err
		}
		for _, e := range examples {
			c := cell{example: e, reader: reader, outcome: inProcess(ctx, e, reader, command)}
			c.Library = version
			if c.Refused != "" && !older(version, e.TensorFlow) {
				c.Refused, c.Failed = "", c.Refused
			}
			if c.Failed != "" {
				failed = errors.Join(failed, fmt.Errorf("%s with libtensorflow %s: %s", e.dir, version, c.Failed))
			}
			fmt.Printf("%s, %s: %s, libtensorflow %s: %s\n", e.TensorFlow, e.Writer, e.Model, version, c.text())
			cells = append(cells, c)
		}
	}
	text := document(cells)
	fmt.Printf("\n%s", text)
	if failed != nil || file == "" {
		return failed
	}
	return os.WriteFile(file, []byte(text), 0o644)
}

// find reads the examples, in the order of the matrix.
func find(models string) ([]*example, error) {
	files, err := filepath.Glob(filepath.Join(models, "*", "case.json"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%s holds no models: run make integration", models)
	}
	var examples []*example
	for _, f := range files {
		e, err := readExample(filepath.Dir(f))
		if err != nil {
			return nil, err
		}
		examples = append(examples, e)
	}
	slices.SortStableFunc(examples, func(a, b *example) int {
		return cmp.Or(cmp.Compare(a.TensorFlow, b.TensorFlow), cmp.Compare(a.Writer, b.Writer), cmp.Compare(a.Model, b.Model))
	})
	return examples, nil
}

// versionOf asks a libtensorflow for its version, by way of the command.
func versionOf(ctx context.Context, command, reader string) (string, error) {
	text, err := with(ctx, reader, command, "doctor", "--json")
	if err != nil {
		return "", fmt.Errorf("%s: %w", reader, err)
	}
	var found struct{ Version string }
	return found.Version, json.Unmarshal(text, &found)
}

// inProcess runs check in a process with a libtensorflow of its own.
func inProcess(ctx context.Context, e *example, reader, command string) outcome {
	var o outcome
	self, err := os.Executable()
	if err == nil {
		var text []byte
		if text, err = with(ctx, reader, self, "-case", e.dir, "-command", command); err == nil {
			err = json.Unmarshal(text, &o)
		}
	}
	if err != nil {
		o.Failed = err.Error()
	}
	return o
}

func with(ctx context.Context, reader, program string, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, cellTime)
	defer cancel()
	c := exec.CommandContext(ctx, program, args...)
	c.Env = append(os.Environ(), "TFEXPLAIN_LIBTENSORFLOW="+reader)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	text, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %s", filepath.Base(program), err, bytes.TrimSpace(stderr.Bytes()))
	}
	return text, nil
}
