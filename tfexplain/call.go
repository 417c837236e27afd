package tfexplain

import (
	"context"
	"fmt"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// call is one Explain on its way. It works on pairs (sample, reference): pair
// k is sample k/refs with reference k%refs. Without a baseline there is one
// pair per sample.
type call struct {
	e      *Explainer
	feeds  []*tensor.Tensor // the inputs, in the program's order, whole
	ys     Ys
	rows   int // samples
	refs   int // references per sample
	perRun int // pairs

	base      *baseline // nil without a baseline
	perSample bool      // base has references for each sample
	drawn     []int     // which reference each pair takes, where they are drawn
	sums      sums

	game  game       // for methods that value rows
	whole everything // the sizes of the explained inputs' rows

	done, total int    // rows, for Options.Progress
	trial       *trial // of Warmup; ends the call after its first Run

	// What serves again in the next call.
	weighed weighed
	fed     []*tensor.Tensor // of one Run
	fetched []*tensor.Tensor
}

// takeCall is a call that may use the memory of one before. It is given back
// with putCall.
func (e *Explainer) takeCall() *call {
	c, ok := e.calls.Get().(*call)
	if !ok {
		c = &call{}
	}
	c.e, c.refs = e, 1
	return c
}

// putCall keeps no tensor of the caller alive.
func (e *Explainer) putCall(c *call) {
	clear(c.feeds)
	clear(c.fed)
	clear(c.fetched[:min(len(c.fetched), len(e.program.explained))])
	clear(c.sums.attributions)
	*c = call{feeds: c.feeds[:0], sums: sums{attributions: c.sums.attributions[:0], shapes: c.sums.shapes[:0], dtypes: c.sums.dtypes[:0]},
		weighed: c.weighed, fed: c.fed[:0], fetched: c.fetched}
	e.calls.Put(c)
}

// begin checks what a call of Explain was given. The results go into r.
func (c *call) begin(xs, x0 map[string]*tensor.Tensor, ys Ys, r *Result) error {
	if err := c.beginAnswer(xs, ys, r); err != nil {
		return err
	}
	p := c.e.program
	if p.compares {
		if err := c.takeBaseline(x0, xs); err != nil {
			return err
		}
	}
	if k := p.fixedRows; k > 0 && c.rows%k != 0 && !p.plan.manyRows() {
		return &ShapeError{Input: p.keys()[0], Given: []int{c.rows}, Wanted: fmt.Sprintf("a multiple of %d rows: the model was exported for exactly that many", k)}
	}
	c.perRun = c.rowsOfARun(c.pairs())
	return c.sums.begin(xs)
}

// beginAnswer checks what a call was given that only answers.
func (c *call) beginAnswer(xs map[string]*tensor.Tensor, ys Ys, r *Result) error {
	c.ys = ys
	if ys == nil {
		c.ys = onesYs{}
	} else if len(c.e.opts.TargetIndex) > 0 {
		return &OptionError{Field: "ys", Given: "weights", Wanted: "nil: Options.TargetIndex already names the entry that is explained"}
	}
	if err := c.takeInputs(xs); err != nil {
		return err
	}
	if n := c.ys.rows(); n >= 0 && n != c.rows {
		return &ShapeError{Input: "ys", Given: []int{n}, Wanted: fmt.Sprintf("one entry for each of the %d rows of the inputs", c.rows)}
	}
	c.sums.c, c.sums.into = c, r
	return nil
}

// plan says how many rows the call will take, and how many of them may share a
// Run.
func (c *call) plan(ctx context.Context) error {
	if err := c.count(); err != nil || !c.e.program.plan.manyRows() || c.rows == 0 || c.perRun == 1 {
		return err
	}
	alone, err := c.coupled(ctx)
	if alone {
		c.perRun = 1
	}
	return err
}

// count prepares the method's game, if it has one, and counts the rows that the
// call takes.
func (c *call) count() error {
	p := c.e.program
	each := 1
	switch plan := p.plan; {
	case plan.path != nil:
		alphas, _ := plan.path.steps(0)
		each = len(alphas)
	case plan.noise != nil:
		each = plan.noise.samples + 1
	case plan.game != nil:
		var inputs []rowShape
		for _, k := range p.explained {
			i := p.feedOf(k)
			shape := c.feeds[i].Shape()[1:]
			n, err := tensor.Count(shape)
			if err != nil {
				return err
			}
			inputs, c.whole = append(inputs, rowShape{p.inputs[k].info.Key, shape}), append(c.whole, n)
		}
		var err error
		if c.game, err = plan.game.game(inputs, c.rows); err != nil {
			return err
		}
		each = c.game.rows()
	}
	c.total = c.pairs() * each
	return nil
}

func (c *call) pairs() int { return c.rows * c.refs }

// takeBaseline finds the references of this call: its own, or the Explainer's.
func (c *call) takeBaseline(x0, xs map[string]*tensor.Tensor) error {
	p, to := c.e.program, c.e.compared.Load()
	if c.base = to.known; c.base == nil {
		b := to.given
		if x0 != nil {
			b = Values(x0)
		}
		var err error
		c.base, err = p.resolveBaseline(b, func(i int) []int { return xs[p.inputs[i].info.Key].Shape()[1:] })
		if err != nil {
			return err
		}
	}
	c.refs = c.base.count
	if x0 != nil && c.refs > 1 {
		if c.rows == 0 || c.refs%c.rows != 0 {
			return &ShapeError{Input: "x0", Given: []int{c.refs}, Wanted: fmt.Sprintf("1 row, or a multiple of the %d rows of the inputs", c.rows)}
		}
		c.refs, c.perSample = c.refs/c.rows, true
	}
	if draws := p.plan.draws; draws != nil {
		each := c.refs
		for n := range c.rows {
			of := draws(n, each)
			for _, k := range of {
				if c.perSample {
					k += n * each
				}
				c.drawn = append(c.drawn, k)
			}
			c.refs = len(of)
		}
		c.perSample = true
	}
	return nil
}

// explain explains pairs from to to.
func (c *call) explain(ctx context.Context, from, to int) error {
	switch plan := c.e.program.plan; {
	case plan.path != nil:
		return c.follow(ctx, from, to)
	case plan.game != nil:
		return c.play(ctx, from, to)
	case plan.noise != nil:
		return c.smooth(ctx, from, to)
	}
	return c.run(ctx, from, to)
}

// run explains pairs from to to by a method that takes one row for each.
func (c *call) run(ctx context.Context, from, to int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	p := c.e.program
	first, last := from/c.refs, (to-1)/c.refs+1 // samples
	samples, err := c.samples(first, last)
	if err != nil {
		return err
	}
	feeds := samples
	ys, err := c.weights(ctx, samples, first, last)
	if err != nil {
		return err
	}
	if c.refs > 1 {
		if feeds, ys, err = c.repeat(samples, ys, from, to, first); err != nil {
			return err
		}
	}
	c.fed = append(c.fed[:0], feeds...)
	if ys != nil {
		c.fed = append(c.fed, ys)
	}
	if c.base != nil {
		var pairs []int
		if c.ownReference() {
			pairs = numbers(from, to)
		}
		refs, err := c.references(pairs)
		if err != nil {
			return err
		}
		c.fed = append(c.fed, refs...)
	}
	out := c.sums.room(from, to)
	if err := p.explain.RunInto(ctx, c.fed, out); err != nil {
		return choiceError(err)
	}
	c.e.runs.Add(1)
	c.ran(to - from)
	return c.sums.add(from, to, out)
}

// ran counts rows that are done.
func (c *call) ran(rows int) {
	c.e.rows.Add(int64(rows))
	c.done += rows
	if c.e.opts.Progress != nil && c.trial == nil {
		c.e.opts.Progress(c.done, max(c.done, c.total))
	}
}
