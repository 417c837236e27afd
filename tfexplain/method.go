package tfexplain

import "github.com/tfexplain/tfexplain-go/graphops"

// Method is a way to explain. The methods are plain structs of this package
// whose zero value is the usual choice.
type Method interface {
	// Name is the method's name, as the command spells it.
	Name() string

	validate() error
	plan() plan
}

// plan says what graph a method needs.
type plan struct {
	// pass makes the way adjoints go back. ref is nil without a baseline.
	pass func(w *graphops.Walk, ref *graphops.Reference) graphops.Pass

	// attribute turns the adjoint of an explained tensor x, and its baseline x0
	// if there is one, into the attribution.
	attribute func(b *graphops.Builder, x, x0, adjoint graphops.Output) graphops.Output

	// seed turns the weights into what flows back from the target. Nil: the
	// weights themselves.
	seed func(b *graphops.Builder, target, ys graphops.Output) graphops.Output

	// path, if set, says at which points between the baseline and the input the
	// pass is run.
	path pathPlan

	// draws, if set, says which of some references each draw of a sample takes.
	draws func(sample, references int) []int

	// noise, if set, has the pass run on noisy copies of the input. A variance over
	// them has no delta.
	noise *noisePlan

	// game, if set, says which parts of the input are replaced by the baseline's.
	// There is no pass then.
	game gamePlan

	// recorded says that the method goes through the ops that the model recorded,
	// whatever gradient it registered for them.
	recorded bool

	// gaps says that some elements may get no attribution but NaN.
	gaps bool

	// baseline says that the method compares with a baseline and that its
	// attributions sum to the difference: delta is reported.
	baseline bool
}

// manyRows says whether a method takes more than one row for each sample and
// reference.
func (p plan) manyRows() bool { return p.path != nil || p.game != nil || p.noise != nil }

func gradientPass(*graphops.Walk, *graphops.Reference) graphops.Pass { return graphops.Gradient{} }

func timesInput(b *graphops.Builder, x, _, adjoint graphops.Output) graphops.Output {
	return b.Mul(x, adjoint)
}

// timesDifference is the adjoint times the difference from the baseline.
func timesDifference(b *graphops.Builder, x, x0, adjoint graphops.Output) graphops.Output {
	return b.Mul(b.Sub(x, x0), adjoint)
}
