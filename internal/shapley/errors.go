package shapley

import "fmt"

// PlayersError is a number of players that a method cannot handle.
type PlayersError struct {
	Method  string
	Players int
	Max     int // 0: no upper limit
}

func (e *PlayersError) Error() string {
	if e.Max == 0 || e.Players < 1 {
		return fmt.Sprintf("%s: a game of %d players, expected at least one", e.Method, e.Players)
	}
	return fmt.Sprintf("%s: %d players, expected at most %d: group elements into fewer players, or sample permutations",
		e.Method, e.Players, e.Max)
}

// OptionError is an option whose value makes no sense.
type OptionError struct {
	Method string
	Option string
	Given  any
	Want   string
}

func (e *OptionError) Error() string {
	return fmt.Sprintf("%s: %s is %v, expected %s", e.Method, e.Option, e.Given, e.Want)
}

// UnaskedError is a value that no coalition waits for.
type UnaskedError struct {
	Given   int // values given
	Waiting int // coalitions that waited for one
}

func (e *UnaskedError) Error() string {
	return fmt.Sprintf("shapley: %d values given, but %d coalitions wait for one", e.Given, e.Waiting)
}
