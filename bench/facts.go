package main

import (
	"fmt"
	"slices"
)

// facts are what a model costs before its first explanation.
type facts struct {
	Model string             `json:"model"`
	New   map[string]float64 `json:"new"` // seconds, by method: the median of three
	// RSS is resident memory in bytes, by column: of a process that has loaded the
	// model, and of one that has explained a row of it by grad*input too.
	RSS          map[string]int64 `json:"rss"`
	RSSExplained map[string]int64 `json:"rss_explained"`
}

func (s *sides) facts() (facts, error) {
	f := facts{Model: s.model.name, New: make(map[string]float64), RSS: make(map[string]int64), RSSExplained: make(map[string]int64)}
	for _, column := range []string{ours, python, onednn} {
		if s.without(column, "grad*input") != "" {
			continue
		}
		a, err := s.call(column, "load", 0, 1, false)
		if err != nil {
			return f, fmt.Errorf("%s: %w", s.model.name, err)
		}
		f.RSS[column] = a.RSS
		if a, err = s.call(column, "grad*input", 1, 1, false); err != nil {
			return f, fmt.Errorf("%s: %w", s.model.name, err)
		}
		f.RSSExplained[column] = a.RSS
	}
	for _, method := range []string{"grad*input", "deeplift"} {
		var times []float64
		for range 3 {
			a, err := s.call(ours, "new "+method, 0, 1, false)
			if err != nil {
				return f, fmt.Errorf("%s: %w", s.model.name, err)
			}
			times = append(times, a.Seconds)
		}
		slices.Sort(times)
		f.New[method] = times[1]
	}
	return f, nil
}
