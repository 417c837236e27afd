package metrics

import (
	"context"
	"hash/fnv"
	"math/rand/v2"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// batcher collects perturbed rows and has them scored in the order in which
// they came, never more than the batch size at once.
type batcher struct {
	study *study
	score Score
	size  int // rows of a batch
	slots []slot
	of    []int
	then  []func(f float64)
}

// slot is the room for the rows of one input.
type slot struct {
	rows         *tensor.Tensor
	block, x, x0 block
}

// batcher makes room for a batch, or for all rows if they are fewer.
func (s *study) batcher(score Score, rows int) (*batcher, error) {
	if score == nil {
		return nil, &OptionError{Field: "score", Given: "nil", Wanted: "a function that scores rows"}
	}
	b := &batcher{study: s, score: score, size: min(s.batch, rows)}
	for _, in := range s.inputs {
		shape := append([]int{b.size}, in.x.Shape()[1:]...)
		t, err := tensor.Zeros(in.x.DType(), shape...)
		if err != nil {
			return nil, err
		}
		one := slot{rows: t, block: blockOf(t), x: blockOf(in.x)}
		if in.r != nil {
			one.x0 = blockOf(in.x0)
		}
		b.slots = append(b.slots, one)
	}
	return b, nil
}

// add makes a copy of a row and perturbs it. then gets its score, once it is
// known.
func (b *batcher) add(ctx context.Context, row int, perturb func(p perturbed) error, then func(f float64)) error {
	p := perturbed{b: b, at: len(b.of), row: row}
	for i, in := range b.study.inputs {
		b.slots[i].block.copy(p.at*in.size, b.slots[i].x, row*in.size, in.size)
	}
	if err := perturb(p); err != nil {
		return err
	}
	b.of, b.then = append(b.of, row), append(b.then, then)
	if len(b.of) < b.size {
		return nil
	}
	return b.flush(ctx)
}

// flush scores what was added and not yet scored.
func (b *batcher) flush(ctx context.Context) error {
	if len(b.of) == 0 {
		return nil
	}
	if ctx == nil {
		return &OptionError{Field: "ctx", Given: "nil", Wanted: "a context, such as context.Background()"}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	xs := make(map[string]*tensor.Tensor, len(b.slots))
	for i, s := range b.slots {
		rows, err := s.rows.Rows(0, len(b.of))
		if err != nil {
			return err
		}
		xs[b.study.inputs[i].key] = rows
	}
	scores, err := b.score(ctx, xs, b.of)
	if err != nil {
		return err
	}
	if len(scores) != len(b.of) {
		return &ScoreError{Given: len(scores), Wanted: len(b.of)}
	}
	for i, f := range scores {
		b.then[i](f)
	}
	b.of, b.then = b.of[:0], b.then[:0]
	return nil
}

// rng draws for one row. It depends on the row's values, not on its place, so
// that a row gets the same numbers in any company, and other rows others.
func (b *batcher) rng(seed uint64, row, stream int) *rand.Rand {
	h := fnv.New64a()
	for i, in := range b.study.inputs {
		b.slots[i].x.hash(h, row*in.size, in.size)
	}
	return rand.New(rand.NewPCG(seed, h.Sum64()+uint64(stream)))
}

// perturbed is a row that is being perturbed. It starts as a copy.
type perturbed struct {
	b       *batcher
	at, row int
}

// unchanged leaves the copy as it is.
func unchanged(perturbed) error { return nil }

// removeAll sets every feature to its baseline.
func (p perturbed) removeAll() {
	for i := range p.b.study.inputs {
		if in := &p.b.study.inputs[i]; in.r != nil {
			p.removeElements(i, 0, in.size)
		}
	}
}

// remove sets a feature to its baseline.
func (p perturbed) remove(feature int) {
	i, start, n := p.b.study.place(feature)
	p.removeElements(i, start, n)
}

// removeElements sets n elements of an input to their baseline.
func (p perturbed) removeElements(i, start, n int) {
	s, in := p.b.slots[i], &p.b.study.inputs[i]
	s.block.copy(p.at*in.size+start, s.x0, in.baselineRow(p.row)*in.size+start, n)
}

// set gives an input's row other values, and says what they have become in the
// input's type.
func (p perturbed) set(i int, v []float64) ([]float64, error) {
	in := &p.b.study.inputs[i]
	t, err := tensor.New(v, len(v))
	if err != nil {
		return nil, err
	}
	if t, err = t.Convert(in.x.DType()); err != nil {
		return nil, err
	}
	p.b.slots[i].block.copy(p.at*in.size, blockOf(t), 0, in.size)
	return t.Float64s()
}

// place finds the elements of a feature.
func (s *study) place(feature int) (input, start, n int) {
	for s.inputs[input].first+s.inputs[input].count <= feature {
		input++
	}
	in := &s.inputs[input]
	return input, (feature - in.first) * in.width, in.width
}
