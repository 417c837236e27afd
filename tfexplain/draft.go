package tfexplain

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/graphops/rules"
	"github.com/tfexplain/tfexplain-go/internal/infer"
	"github.com/tfexplain/tfexplain-go/internal/tfproto"
	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// draft is a program before it is spliced into the session: the model's
// forward graph in our own copy, and what is to be explained in it.
type draft struct {
	model  *savedmodel.Model
	method Method
	plan   plan
	opts   Options
	rules  graphops.Registry
	infer  graphops.Inferrer

	graph     *graphops.Graph
	inputs    []input
	target    graphops.Output
	outputs   []string          // keys of the signature
	ends      []graphops.Output // what the graph was copied for: the target as a rule
	explained []int             // indices into inputs
	fixedRows int               // rows each Run must have; 0: any number

	innerValues []graphops.Output // of the inner tensors, in the order of explained
}

// input is one input of the signature, or an inner tensor that is explained as
// if it were one.
type input struct {
	info  savedmodel.TensorInfo
	place graphops.Output // where its values, or those of its baseline, enter
	rows  bool            // its first axis counts rows

	// x is what is explained: the input itself, or the embedding of its ids.
	x graphops.Output

	inner bool     // the model computes it: it is not fed
	nodes []string // where x stands in the model
	ids   string   // key of the input whose ids x embeds; empty if it embeds none
}

// newDraft copies the forward graph and finds everything in it. The draft's shape
// inference, most of what compiling takes, ends with ctx.
func newDraft(ctx context.Context, m *savedmodel.Model, method Method, o Options) (*draft, error) {
	if err := checkGiven(m, method); err != nil {
		return nil, err
	}
	if err := errors.Join(o.Validate(), method.validate()); err != nil {
		return nil, err
	}
	sig, err := m.Signature(o.Signature)
	if err != nil {
		return nil, err
	}
	d := &draft{model: m, method: method, plan: method.plan(), opts: o, infer: until(ctx, infer.New(m.Library()))}
	standard := rules.Standard()
	switch m.Kernels() {
	case savedmodel.EigenKernels:
		standard = rules.ForEigen()
	case savedmodel.OneDNNKernels:
		standard = rules.ForOneDNN()
	}
	d.rules = standard.With(o.Rules)
	if err := d.copyForward(sig); err != nil {
		return nil, err
	}
	if err := d.chooseExplained(); err != nil {
		return nil, err
	}
	return d, nil
}

// until is shape inference that is refused once ctx has ended.
func until(ctx context.Context, infer graphops.Inferrer) graphops.Inferrer {
	return func(def *tfproto.GraphDef) (map[string][][]int, error) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		return infer(def)
	}
}

func (d *draft) copyForward(sig *savedmodel.Signature) error {
	target, err := chooseTarget(sig, d.opts.Target)
	fetches := []string{target.Name}
	inner, top := isAny[*savedmodel.KeyError](err), false
	if inner { // a tensor on the way to some output
		if fetches, top = d.innerFetches(sig); top {
			if err := d.model.CheckTensor(fetches[0]); err != nil {
				return err
			}
		}
	} else if err != nil {
		return err
	}
	d.outputs = keysOf(sig.Outputs)
	ops := d.model.OpDefs()
	var feeds []graphops.Feed
	for _, in := range sig.Inputs {
		if in.Name == "" {
			return &InputError{Input: in.Key, Reason: "is sparse or composite, which cannot be fed", Keys: keysOf(sig.Inputs)}
		}
		feeds = append(feeds, graphops.Feed{Tensor: in.Name, Name: "input/" + strings.Map(nodeRune, in.Key), Shape: in.Shape, Ranked: in.KnownRank})
		d.inputs = append(d.inputs, input{info: in})
	}
	gradients, err := d.customGradients()
	if err != nil {
		return err
	}
	copied, err := graphops.Forward(d.model.GraphDef(), ops, feeds, fetches, gradients, d.infer)
	if err != nil {
		return err
	}
	d.graph, d.target, d.ends = copied.Graph, copied.Fetches[0], copied.Fetches
	for i := range d.inputs {
		d.inputs[i].place, d.inputs[i].nodes = copied.Feeds[i], []string{copied.Feeds[i].Node.Path()}
	}
	if inner {
		target.Key = d.opts.Target
		if err := d.innerTarget(copied.Feeds, top); err != nil {
			return err
		}
	}
	d.findRows()
	if s := d.target.Shape(); inner && s.Rank() > 0 && s.Dims[0].Known() && !d.countsRows(d.target) {
		return &OptionError{Field: "Target", Given: target.Key, Wanted: fmt.Sprintf("a tensor with a row axis: this one has the shape %v", s)}
	}
	return d.checkTarget(target.Key)
}

func (d *draft) checkTarget(name string) error {
	if !d.target.DType().IsFloat() && d.plan.game == nil {
		return &OptionError{Field: "Target", Given: name, Wanted: fmt.Sprintf("a float output: this one is %v and has no gradient", d.target.DType())}
	}
	if d.target.DType() == tensor.String {
		return &OptionError{Field: "Target", Given: name, Wanted: "an output of numbers: strings cannot be compared"}
	}
	if d.target.Shape().Rank() == 0 {
		return &OptionError{Field: "Target", Given: name, Wanted: "an output with a row axis: this one is a single number for the whole batch"}
	}
	return nil
}

// customGradients are those that the method is to apply.
func (d *draft) customGradients() (graphops.CustomGradients, error) {
	if d.opts.IgnoreCustomGradients || d.plan.recorded || d.plan.game != nil {
		return nil, nil
	}
	objects, err := d.model.ObjectGraph()
	if err != nil {
		return nil, err
	}
	return graphops.FindCustomGradients(d.model.GraphDef().GetLibrary(), objects), nil
}

// nodeRune keeps the characters that TensorFlow allows in node names.
func nodeRune(r rune) rune {
	if r < 128 && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-", r)) {
		return r
	}
	return '_'
}

func chooseTarget(sig *savedmodel.Signature, name string) (savedmodel.TensorInfo, error) {
	if name != "" {
		return sig.Output(name)
	}
	if len(sig.Outputs) != 1 {
		return savedmodel.TensorInfo{}, &OptionError{Field: "Target", Given: "", Wanted: "one of the outputs " + strings.Join(keysOf(sig.Outputs), ", ")}
	}
	return sig.Outputs[0], nil
}

func keysOf(infos []savedmodel.TensorInfo) []string {
	var keys []string
	for _, i := range infos {
		keys = append(keys, i.Key)
	}
	return keys
}
