package metrics

import "fmt"

// OptionError says that a field of a metric, or of Data, cannot be used.
type OptionError struct {
	Field  string
	Given  string
	Wanted string
}

func (e *OptionError) Error() string {
	return fmt.Sprintf("metrics: %s is %s; wanted %s", e.Field, e.Given, e.Wanted)
}

// InputError says that the tensors of an input do not go together, or not with
// the metric.
type InputError struct {
	Input  string // its key
	Reason string // what is wrong, and what was wanted
}

func (e *InputError) Error() string { return fmt.Sprintf("metrics: input %q: %s", e.Input, e.Reason) }

// ScoreError says that a Score gave another number of values than it got rows.
type ScoreError struct {
	Given, Wanted int
}

func (e *ScoreError) Error() string {
	return fmt.Sprintf("metrics: the score gave %d numbers for %d rows; wanted one for each", e.Given, e.Wanted)
}
