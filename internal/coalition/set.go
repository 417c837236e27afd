// Package coalition has the sets of players that a game is asked to value: who
// is present keeps its input, who is absent takes the baseline.
package coalition

import "math/bits"

const word = 64

// Set is a bitset over the players 0 to n-1: bit p is set if p is present. Bits
// from n on are never set.
type Set []uint64

// New returns the empty coalition of a game of players.
func New(players int) Set {
	return make(Set, words(players))
}

// Make returns count empty coalitions in one piece of memory.
func Make(players, count int) []Set {
	w := words(players)
	slab := make([]uint64, w*count)
	sets := make([]Set, count)
	for k := range sets {
		sets[k] = Set(slab[k*w : (k+1)*w : (k+1)*w])
	}
	return sets
}

func words(players int) int {
	return (players + word - 1) / word
}

// Has says whether the player is present.
func (s Set) Has(player int) bool {
	return s[player/word]>>(player%word)&1 == 1
}

// Add makes the player present.
func (s Set) Add(player int) {
	s[player/word] |= 1 << (player % word)
}

// Remove makes the player absent.
func (s Set) Remove(player int) {
	s[player/word] &^= 1 << (player % word)
}

// Fill makes all players of a game of players present.
func (s Set) Fill(players int) {
	for k := range s {
		s[k] = ^uint64(0)
	}
	s.trim(players)
}

// Complement exchanges who is present and who is absent.
func (s Set) Complement(players int) {
	for k := range s {
		s[k] = ^s[k]
	}
	s.trim(players)
}

func (s Set) trim(players int) {
	if rest := players % word; rest != 0 {
		s[len(s)-1] &= 1<<rest - 1
	}
}

// Count returns how many players are present.
func (s Set) Count() int {
	n := 0
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

// Players yields the players that are present, in ascending order.
func (s Set) Players(yield func(player int) bool) {
	for k, w := range s {
		for ; w != 0; w &= w - 1 {
			if !yield(k*word + bits.TrailingZeros64(w)) {
				return
			}
		}
	}
}
