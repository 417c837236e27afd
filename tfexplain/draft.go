package tfexplain

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/graphops/rules"
	"github.com/tfexplain/tfexplain-go/internal/infer"
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

// newDraft copies the forward graph and finds everything in it.
func newDraft(m *savedmodel.Model, method Method, o Options) (*draft, error) {
	if method == nil {
		return nil, errNoMethod()
	}
	if err := errors.Join(o.Validate(), method.validate()); err != nil {
		return nil, err
	}
	sig, err := m.Signature(o.Signature)
	if err != nil {
		return nil, err
	}
	d := &draft{model: m, method: method, plan: method.plan(), opts: o, rules: o.Rules, infer: infer.New(m.Library())}
	if d.rules == nil {
		d.rules = rules.Standard()
		switch m.Kernels() {
		case savedmodel.EigenKernels:
			d.rules = rules.ForEigen()
		case savedmodel.OneDNNKernels:
			d.rules = rules.ForOneDNN()
		}
	}
	if err := d.copyForward(sig); err != nil {
		return nil, err
	}
	if err := d.chooseExplained(); err != nil {
		return nil, err
	}
	return d, nil
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
	ops, err := d.model.OpDefs()
	if err != nil {
		return err
	}
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

// findRows decides which inputs have one entry per row: those whose first axis
// is open. If no input has an open first axis, the model was exported for a
// fixed number of rows.
func (d *draft) findRows() {
	for i, in := range d.inputs {
		if !in.info.KnownRank || len(in.info.Shape) > 0 && in.info.Shape[0] < 0 {
			d.inputs[i].rows = true
		}
	}
	if slices.ContainsFunc(d.inputs, func(in input) bool { return in.rows }) {
		return
	}
	target := d.target.Shape()
	if target.Rank() < 1 || !target.Dims[0].Static() {
		return
	}
	for i, in := range d.inputs {
		if len(in.info.Shape) > 0 && in.info.Shape[0] == target.Dims[0].Size {
			d.inputs[i].rows, d.fixedRows = true, target.Dims[0].Size
		}
	}
}

// chooseExplained takes the inputs and inner tensors that were named, or else
// every float input with rows, or else every input of ids that are looked up in
// a table.
func (d *draft) chooseExplained() error {
	var keys []string
	for i, in := range d.inputs {
		keys = append(keys, in.info.Key)
		if len(d.opts.Explain) == 0 && in.info.DType.IsFloat() && in.rows {
			d.inputs[i].x = in.place
			d.explained = append(d.explained, i)
		}
	}
	named := d.opts.Explain
	if len(named) == 0 && len(d.explained) == 0 {
		for _, in := range d.inputs {
			if in.rows && d.graph.Node(in.place.Node.Name) != nil {
				named = append(named, in.info.Key)
			}
		}
	}
	for _, key := range named {
		i := slices.Index(keys, key)
		if i < 0 {
			if err := d.explainInner(key); err != nil {
				return err
			}
			continue
		}
		if err := d.inputs[i].explainable(slices.Contains(d.explained, i)); err != nil {
			return err
		}
		d.inputs[i].x = d.inputs[i].place
		if !d.inputs[i].info.DType.IsFloat() && d.plan.game != nil {
			if _, numbers := d.lookups(d.inputs[i]); !numbers {
				d.inputs[i].ids = key
			}
		} else if !d.inputs[i].info.DType.IsFloat() {
			if err := d.embed(&d.inputs[i], d.inputs[i]); err != nil {
				return err
			}
			if d.plan.noise != nil {
				return &OptionError{Field: "Explain", Given: key, Wanted: "a float input: noise cannot be added to " + d.inputs[i].info.DType.String()}
			}
		}
		d.explained = append(d.explained, i)
	}
	if len(d.explained) == 0 {
		return &OptionError{Field: "Explain", Given: "", Wanted: "a model with an input that has rows: none of " + strings.Join(keys, ", ") + " has"}
	}
	return d.checkApart()
}

func (d *draft) xs() []graphops.Output {
	var xs []graphops.Output
	for _, i := range d.explained {
		xs = append(xs, d.inputs[i].x)
	}
	return xs
}

// places are where the explained inputs are fed.
func (d *draft) places() []graphops.Output {
	var places []graphops.Output
	for _, i := range d.explained {
		places = append(places, d.inputs[i].place)
	}
	return places
}

// targetShape is the shape of the weights.
func (d *draft) targetShape() targetShape {
	t := targetShape{dtype: d.target.DType(), ranked: d.target.Shape().KnownRank}
	if s := d.target.Shape(); s.KnownRank && s.Rank() > 0 {
		t.sizes = s.Sizes()[1:]
	}
	return t
}

// indexed is T[:, i, j, ...].
func (d *draft) indexed(b *graphops.Builder, whole graphops.Output, index []int) (graphops.Output, error) {
	sizes := d.targetShape().sizes
	if len(index) > len(sizes) {
		return graphops.Output{}, &OptionError{Field: "TargetIndex", Given: fmt.Sprint(index), Wanted: fmt.Sprintf("at most %d indices for a target of shape %v", len(sizes), d.targetShape())}
	}
	begin, end, step := []int{0}, []int{0}, []int{1}
	shrink := 0
	for i, k := range index {
		if sizes[i] >= 0 && k >= sizes[i] {
			return graphops.Output{}, &OptionError{Field: "TargetIndex", Given: fmt.Sprint(index), Wanted: fmt.Sprintf("indices below %v", sizes)}
		}
		begin, end, step = append(begin, k), append(end, k+1), append(step, 1)
		shrink |= 2 << i
	}
	o := b.Op("StridedSlice", []graphops.Output{whole, b.IntVector(begin...), b.IntVector(end...), b.IntVector(step...)},
		graphops.Int("begin_mask", 1), graphops.Int("end_mask", 1), graphops.Int("shrink_axis_mask", shrink))
	return o, b.Err()
}
