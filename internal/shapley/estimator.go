// Package shapley estimates how much each player of a cooperative game adds to
// its value. It knows no model: an estimator says which coalitions it wants
// valued, in order, and is handed the values.
//
// The caller values the empty coalition (every player at the baseline) and the
// full one (the sample itself) once and gives both at construction; no estimator
// asks for them again. Estimators hold O(players) memory however many coalitions
// they ask for: coalitions are produced when asked for, and produced again, from
// the same seed, when their values arrive.
package shapley

import "github.com/tfexplain/tfexplain-go/internal/coalition"

// Game is what is known of one sample before any coalition is valued.
type Game struct {
	Players int
	Empty   float64 // value with every player absent: f(x0)
	Full    float64 // value with every player present: f(x)
}

// Estimator is one sample's computation. It is not safe for concurrent use;
// estimators of different samples are independent. Its result depends on neither
// how its coalitions are cut into calls nor what runs beside it.
type Estimator interface {
	// Next writes the coalitions to be valued next into dst, made by
	// coalition.Make for the game's players, and returns how many. It returns 0
	// while it waits for values, and when it is done. The estimator does not
	// keep dst.
	Next(dst []coalition.Set) int
	// Take receives the values of coalitions in the order in which Next gave
	// them; any number at a time. More values than coalitions is an
	// UnaskedError.
	Take(values []float64) error
	// Done says that no further coalition is wanted and none is waited for.
	Done() bool
	// Limit is the most coalitions this sample can ask for.
	Limit() int
	// Result is valid once Done.
	Result() Values
}

// Values is what an estimator found.
type Values struct {
	// Phi is each player's share. For all estimators but Ablation the shares sum
	// to f(x) - f(x0) (efficiency), to the rounding of the largest share.
	Phi []float64
	// StdErr is each player's standard error; NaN after one observation. nil if
	// the shares are exact or their error is not estimated.
	StdErr []float64
	// Exact says that no sampling error is left.
	Exact bool
	// Coalitions counts those valued, without the empty and the full one.
	Coalitions int
	// Permutations counts those walked, reverses included; 0 where there are none.
	Permutations int
}
