package main

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// overhead is what a call of one row costs beside TF_SessionRun, in microseconds.
type overhead struct {
	Name     string  `json:"name"` // model and method
	Explain  float64 `json:"explain_us"`
	Session  float64 `json:"session_us"`
	Overhead float64 `json:"overhead_us"`
	Allocs   float64 `json:"allocs"`
}

const overheadBenchmark = "BenchmarkOverhead"

// overheads runs the benchmark of package tfexplain.
func overheads() ([]overhead, error) {
	cmd := exec.Command("go", "test", "-run", "^$", "-bench", "^"+overheadBenchmark+"$", "-benchtime", "1000x", "./tfexplain")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%v: %w: %s", cmd, err, out)
	}
	return parseOverheads(string(out))
}

// parseOverheads reads what go test prints: a name, how many iterations, and pairs
// of a number and its unit.
func parseOverheads(text string) ([]overhead, error) {
	var list []overhead
	for line := range strings.Lines(text) {
		name, ok := strings.CutPrefix(line, overheadBenchmark+"/")
		if !ok {
			continue
		}
		fields := strings.Fields(name)
		units := make(map[string]float64)
		for i := 2; i+1 < len(fields); i += 2 {
			n, err := strconv.ParseFloat(fields[i], 64)
			if err != nil {
				return nil, fmt.Errorf("the benchmark wrote %q: %w", line, err)
			}
			units[fields[i+1]] = n
		}
		o := overhead{Name: fields[0], Explain: units["explain-us"], Session: units["session-us"], Overhead: units["beyond-us"], Allocs: units["allocs/op"]}
		if o.Session == 0 {
			return nil, fmt.Errorf("the benchmark wrote %q, without session-us", line)
		}
		// go test adds the number of processors it may use, unless that is 1.
		if at := strings.LastIndex(o.Name, "-"); at > strings.LastIndex(o.Name, "/") {
			o.Name = o.Name[:at]
		}
		list = append(list, o)
	}
	if list == nil {
		return nil, fmt.Errorf("%s printed no lines: %q", overheadBenchmark, text)
	}
	return list, nil
}
