package shapley

import (
	"slices"

	"github.com/tfexplain/tfexplain-go/internal/coalition"
)

// minObservations is how many observations the stop rule wants to see first. A
// standard error from m of them is itself off by about 1/sqrt(2(m-1)): 18 % here.
const minObservations = 16

// SamplingOptions say how permutations are drawn. The zero value of all but
// Samples is the usual choice.
type SamplingOptions struct {
	// Samples is the number of permutations, reverses included; at least 1.
	// With antithetic pairs an odd number is rounded up.
	Samples int
	// Plain walks independent permutations instead of antithetic pairs.
	Plain bool
	// Seed and Row choose the random stream: another one per sample.
	Seed uint64
	Row  uint64
	// SharedPermutations walks the same permutations for every row: Row is not
	// used. With Plain, this is what DeepExplain does.
	SharedPermutations bool
	// Until stops before Samples once no player's standard error exceeds it (in
	// units of the target). It is looked at after 16 observations and then each
	// time their number has grown by an eighth, so that whole batches can be
	// asked for in between and no coalition is valued in vain. 0: never.
	Until float64
}

// Sampling estimates Shapley values by walking random permutations from the full
// to the empty coalition: each player's contribution is the fall in value when it
// leaves (Castro, Gomez and Tejada 2009, doi:10.1016/j.cor.2008.04.004; Strumbelj
// and Kononenko 2010). By default each permutation is followed by its reverse
// (Mitchell et al. 2022, arXiv:2104.12199); the pair's mean is then one
// observation, because its halves are not independent.
type Sampling struct {
	game Game
	opt  SamplingOptions

	draw, read walk // the same walk, at the coalition asked for next and valued next
	present    coalition.Set
	queue      queue
	limit      int // coalitions in all
	allowed    int // coalitions up to the next look at the stop rule

	before       float64   // value before the next player leaves
	contribution []float64 // of the players in the present observation
	permutations int
	moments      moments
	stopped      bool
}

// NewSampling starts the estimate of one sample. Errors: PlayersError, OptionError.
func NewSampling(game Game, opt SamplingOptions) (*Sampling, error) {
	const method = "Shapley sampling"
	switch {
	case game.Players < 1:
		return nil, &PlayersError{Method: method, Players: game.Players}
	case opt.Samples < 1:
		return nil, &OptionError{Method: method, Option: "Samples", Given: opt.Samples, Want: "at least 1"}
	case !(opt.Until >= 0):
		return nil, &OptionError{Method: method, Option: "Until", Given: opt.Until, Want: "a standard error, or 0"}
	}
	if !opt.Plain {
		opt.Samples += opt.Samples % 2
	}
	if opt.SharedPermutations {
		opt.Row = 0
	}
	n := game.Players
	s := &Sampling{
		game:         game,
		opt:          opt,
		draw:         newWalk(n, opt.Seed, opt.Row, !opt.Plain),
		read:         newWalk(n, opt.Seed, opt.Row, !opt.Plain),
		present:      coalition.New(n),
		limit:        opt.Samples * (n - 1),
		before:       game.Full,
		contribution: make([]float64, n),
		moments:      newMoments(n),
	}
	s.allowed = s.limit
	if opt.Until > 0 {
		s.allow(minObservations)
	}
	return s, nil
}

// perObservation is the number of permutations in an observation.
func (s *Sampling) perObservation() int {
	if s.opt.Plain {
		return 1
	}
	return 2
}

// allow lets coalitions be asked for up to that many observations.
func (s *Sampling) allow(observations int) {
	s.allowed = min(s.limit, observations*s.perObservation()*(s.game.Players-1))
}

// Next implements Estimator.
func (s *Sampling) Next(dst []coalition.Set) int {
	given := min(len(dst), s.allowed-s.queue.asked)
	for _, set := range dst[:given] {
		if s.draw.step == 0 {
			s.present.Fill(s.game.Players)
		}
		player := s.draw.next()
		s.present.Remove(player)
		copy(set, s.present)
		if s.draw.step == s.game.Players-1 {
			s.draw.next() // nobody is left: the empty coalition is known
		}
	}
	s.queue.asked += given
	return given
}

// Take implements Estimator.
func (s *Sampling) Take(values []float64) error {
	if err := s.queue.check(values); err != nil {
		return err
	}
	for _, v := range values {
		s.leave(v)
		if s.read.step == s.game.Players-1 {
			s.leave(s.game.Empty)
			s.before = s.game.Full
			s.permutations++
			if s.permutations%s.perObservation() == 0 {
				s.observe()
			}
		}
	}
	s.queue.taken += len(values)
	if s.opt.Until > 0 && s.queue.taken == s.allowed {
		s.look()
	}
	return nil
}

// leave notes that the value is after once the next player has left.
func (s *Sampling) leave(after float64) {
	player := s.read.next()
	s.contribution[player] += s.before - after
	s.before = after
}

func (s *Sampling) observe() {
	for i := range s.contribution {
		s.contribution[i] /= float64(s.perObservation())
	}
	s.moments.observe(s.contribution)
	clear(s.contribution)
}

// look applies the stop rule.
func (s *Sampling) look() {
	if s.moments.largestStdErr() <= s.opt.Until {
		s.stopped = true
		return
	}
	s.allow(s.moments.count + max(1, s.moments.count/8))
}

// Done implements Estimator.
func (s *Sampling) Done() bool {
	return s.stopped || s.queue.taken == s.limit
}

// Limit implements Estimator.
func (s *Sampling) Limit() int {
	return s.limit
}

// Result implements Estimator.
func (s *Sampling) Result() Values {
	total := s.game.Full - s.game.Empty
	if s.game.Players == 1 {
		return Values{Phi: []float64{total}, Exact: true}
	}
	v := Values{
		Phi:          slices.Clone(s.moments.mean),
		StdErr:       make([]float64, s.game.Players),
		Coalitions:   s.queue.taken,
		Permutations: s.permutations,
	}
	for i := range v.StdErr {
		v.StdErr[i] = s.moments.stdErr(i)
	}
	balance(v.Phi, total)
	return v
}
