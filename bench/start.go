package main

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"time"
)

const startRounds = 5

// starts is how long a process takes from its start to the first explanation of a
// digit, written to a file: the command, and a Python script, in turn.
func starts(dir, pythonPath string) (map[string]float64, error) {
	binary := filepath.Join(dir, "tfexplain")
	if out, err := exec.Command("go", "build", "-o", binary, "./cmd/tfexplain").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build: %w: %s", err, out)
	}
	commands := map[string][]string{ours: {binary, "explain", "--model", "testdata/digits/model", "--input", "testdata/digits/images/8.png",
		"--target", "logits", "--class", "argmax", "--method", "grad*input", "--out", filepath.Join(dir, "start.json")}}
	if pythonPath != "" {
		commands[python] = []string{pythonPath, "bench/python/start.py", "testdata/digits/model", "testdata/digits/images/8.png", filepath.Join(dir, "start.npy")}
	}
	times := make(map[string][]float64)
	for round := -1; round < startRounds; round++ { // the first brings files into memory
		for _, column := range []string{ours, python} {
			line := commands[column]
			if line == nil {
				continue
			}
			cmd := exec.Command(line[0], line[1:]...)
			cmd.Env = environment(column)
			start := time.Now()
			if out, err := cmd.CombinedOutput(); err != nil {
				return nil, fmt.Errorf("%v: %w: %s", cmd, err, out)
			}
			if round >= 0 {
				times[column] = append(times[column], time.Since(start).Seconds())
			}
		}
	}
	medians := make(map[string]float64)
	for column, t := range times {
		medians[column] = median(t)
	}
	return medians, nil
}
