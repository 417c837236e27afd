package tfexplain

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// Explainer explains one target of one model by one method. Its graph is
// spliced into the model's session once, by New; Explain only feeds it. All
// methods are safe for concurrent use.
type Explainer struct {
	model   *savedmodel.Model
	method  Method
	program *program
	opts    Options
	compile time.Duration

	turns    *semaphore.Weighted // of calls and changes of the baseline
	closed   atomic.Bool
	compared atomic.Pointer[comparison]
	lost     error // why the stored values are not those of compared

	company *semaphore.Weighted // guards couples
	couples *bool               // whether the model couples rows; nil: not known yet

	runs, rows atomic.Int64
	tuned      atomic.Int64 // rows of a Run that Warmup found to be fastest; 0: not measured
	calls      sync.Pool    // of *call, for the next ones
}

// New compiles a method for a model: it copies the signature's forward graph,
// adds the method's backward pass and splices both into the session. ctx is looked
// at before every step. Errors are *OptionError, *NameError, *InputError,
// *UnsupportedOpError (every op without a rule), *savedmodel.SignatureError,
// *savedmodel.UnsafeModelError, those of SetBaseline, savedmodel.ErrClosed, ctx's
// error, or TensorFlow's (*savedmodel.StatusError) with its code.
//
// The model must stay open while the Explainer is used.
func New(ctx context.Context, m *savedmodel.Model, method Method, o Options) (*Explainer, error) {
	if ctx == nil {
		return nil, errNoContext()
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	start := time.Now()
	p, nodes, err := compile(ctx, m, method, o)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	e := newExplainer(m, method, p, o)
	if p.compares {
		if err := e.SetBaseline(ctx, o.Baseline); err != nil {
			if ctx.Err() != nil {
				go e.Close() // it waits for what has been begun
				return nil, err
			}
			return nil, errors.Join(err, e.Close())
		}
	}
	e.compile = time.Since(start)
	if o.Logger != nil {
		o.Logger.DebugContext(ctx, "compiled", slog.String("method", method.Name()), slog.Int("nodes", nodes), slog.Duration("took", e.compile))
	}
	return e, nil
}

func newExplainer(m *savedmodel.Model, method Method, p *program, o Options) *Explainer {
	e := &Explainer{model: m, method: method, program: p, opts: o,
		turns: semaphore.NewWeighted(allTurns), company: semaphore.NewWeighted(1)}
	e.compared.Store(&comparison{given: o.Baseline})
	return e
}

// compile gives a method's program and how many nodes its graph has.
func compile(ctx context.Context, m *savedmodel.Model, method Method, o Options) (p *program, nodes int, err error) {
	d, err := newDraft(ctx, m, method, o)
	var uncopied *graphops.GraphError
	if errors.As(err, &uncopied) && method.plan().game != nil {
		p, err = asSaved(m, method, o) // it can be asked all the same
		return p, 0, err
	}
	if err != nil {
		return nil, 0, err
	}
	p, err = d.compile()
	return p, len(d.graph.Nodes()), err
}

// Explain attributes the target of each row of xs to the explained inputs. xs
// has one tensor for each input of the signature that the target needs, by
// key, rows first. ys are the weights over the target's entries; nil explains
// their sum.
//
// Rows are processed in Runs of at most Options.BatchSize rows. ctx is checked
// between Runs and its deadline is handed to TensorFlow; after a cancelled call
// the Explainer works on. Errors are *InputError, *ShapeError, *DTypeError,
// *OptionError, *DeltaError, *ChoiceError, ErrClosed, savedmodel.ErrClosed, ctx's
// error, or TensorFlow's (*savedmodel.StatusError) with its code.
func (e *Explainer) Explain(ctx context.Context, xs map[string]*tensor.Tensor, ys Ys) (*Result, error) {
	r := &Result{}
	if err := e.explain(ctx, xs, nil, ys, r); err != nil {
		return nil, err
	}
	return r, nil
}

// ExplainInto is Explain with the results written into r, which may have those
// of another call: its tensors and slices are filled where they fit, and replaced
// where not. A method that takes one row for each sample then allocates nothing
// on the Go side for all rows in one Run, with nil, Weights or Class as weights,
// no or one reference, float32 inputs, and a context that cannot be cancelled (two
// small objects with one that can). After an error r holds anything.
func (e *Explainer) ExplainInto(ctx context.Context, xs map[string]*tensor.Tensor, ys Ys, r *Result) error {
	if r == nil {
		return &OptionError{Field: "r", Given: "nil", Wanted: "a Result to write into, such as new(Result)"}
	}
	return e.explain(ctx, xs, nil, ys, r)
}

// ExplainFrom is Explain with baselines of this call's own: x0 has, for each
// explained input, as many rows as xs (one baseline per sample) or a multiple
// R of that (the R references of each sample one after the other; the results
// are averaged), or one row for all. Methods that take one row for each sample
// need Options.BaselinePerCall.
func (e *Explainer) ExplainFrom(ctx context.Context, xs, x0 map[string]*tensor.Tensor, ys Ys) (*Result, error) {
	if e.unmade() {
		return nil, ErrClosed
	}
	if !e.program.compares {
		return nil, &OptionError{Field: "x0", Given: "a baseline", Wanted: "none: " + e.method.Name() + " compares with nothing"}
	}
	if e.program.cached || !e.opts.BaselinePerCall && !e.program.plan.manyRows() {
		return nil, &OptionError{Field: "BaselinePerCall", Given: "false", Wanted: "true, when the Explainer is made, to give baselines with a call"}
	}
	if x0 == nil {
		return nil, &OptionError{Field: "x0", Given: "nil", Wanted: "a baseline for each explained input"}
	}
	r := &Result{}
	if err := e.explain(ctx, xs, x0, ys, r); err != nil {
		return nil, err
	}
	return r, nil
}

func (e *Explainer) explain(ctx context.Context, xs, x0 map[string]*tensor.Tensor, ys Ys, r *Result) error {
	if err := e.enter(ctx); err != nil {
		return err
	}
	defer e.leave()
	c := e.takeCall()
	defer e.putCall(c)
	if err := c.begin(xs, x0, ys, r); err != nil {
		return err
	}
	if err := c.innerBaseline(ctx); err != nil {
		return err
	}
	if err := c.plan(ctx); err != nil {
		return err
	}
	for from := 0; from < c.pairs(); from += c.perRun {
		if err := c.explain(ctx, from, min(from+c.perRun, c.pairs())); err != nil {
			return err
		}
	}
	return c.sums.finish()
}

// Score answers only: the explained number sum(T*ys) of each row of xs, at most
// Options.BatchSize rows at once. Its errors are those of Explain.
func (e *Explainer) Score(ctx context.Context, xs map[string]*tensor.Tensor, ys Ys) ([]float64, error) {
	if err := e.enter(ctx); err != nil {
		return nil, err
	}
	defer e.leave()
	c := e.takeCall()
	defer e.putCall(c)
	if err := c.beginAnswer(xs, ys, &Result{}); err != nil {
		return nil, err
	}
	c.perRun = c.rowsOfARun(c.rows)
	var scores []float64
	for from := 0; from < c.rows; from += c.perRun {
		s := &scorer{c: c, first: from, index: e.opts.TargetIndex}
		part, err := s.samples(ctx, min(from+c.perRun, c.rows))
		if err != nil {
			return nil, err
		}
		scores = append(scores, part...)
	}
	return scores, nil
}

// Rows is how many rows a call of Explain with these inputs would compute: what
// Options.Progress calls total. x0 is nil, or the baselines of ExplainFrom. Fewer
// are computed if ShapleySampling.Until is reached early, and more if
// IntegratedGradients.Adaptive asks for them. Nothing is run. Errors are those of
// Explain.
func (e *Explainer) Rows(xs, x0 map[string]*tensor.Tensor) (int, error) {
	if e.unmade() || e.closed.Load() {
		return 0, ErrClosed
	}
	c := e.takeCall()
	defer e.putCall(c)
	if err := c.begin(xs, x0, nil, &Result{}); err != nil {
		return 0, err
	}
	err := c.count()
	return c.total, err
}

// Stats counts what has been done so far.
func (e *Explainer) Stats() Stats {
	if e.unmade() {
		return Stats{}
	}
	ops := 0
	if e.model != nil {
		ops = e.model.Graph().Len()
	}
	return Stats{GraphOps: ops, Runs: e.runs.Load(), Rows: e.rows.Load(), Compile: e.compile, RowsOfARun: int(e.tuned.Load())}
}

// Close waits for calls that are on their way and frees the stored reference
// values. Close it before the model: after that they stay until the session is
// closed, which for a model that was attached the application does. The spliced
// nodes stay in the model's graph until the model is closed, or the application
// frees it: TensorFlow cannot remove nodes from a session. Closing twice does
// nothing more.
func (e *Explainer) Close() error {
	if err := e.wait(context.Background(), allTurns); err != nil {
		return nil // it is closed
	}
	defer e.turns.Release(allTurns)
	e.closed.Store(true)
	err := e.program.release()
	if errors.Is(err, savedmodel.ErrClosed) {
		return nil // they went with the session, or will
	}
	return err
}
