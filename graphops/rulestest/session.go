package rulestest

import (
	"context"
	"fmt"

	"google.golang.org/protobuf/proto"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/internal/cgo"
	"github.com/tfexplain/tfexplain-go/internal/infer"
	"github.com/tfexplain/tfexplain-go/internal/tfproto"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// environment is what all cases share.
type environment struct {
	lib   *cgo.Library
	ops   graphops.Ops
	infer graphops.Inferrer
	rules graphops.Registry
}

func newEnvironment(registry graphops.Registry, o Options) (environment, error) {
	lib, err := cgo.Open(cgo.Options{Path: o.Library})
	if err != nil {
		return environment{}, err
	}
	for _, file := range o.OpLibraries {
		if err := lib.LoadOps(file); err != nil {
			return environment{}, err
		}
	}
	ops, err := infer.Ops(lib)
	if err != nil {
		return environment{}, err
	}
	return environment{lib: lib, ops: ops, infer: infer.New(lib), rules: scaffold().With(registry)}, nil
}

// scaffold are the rules of what the suite itself puts around an op, where the
// registry has none of its own. Between them no derivative is lost: Greater
// and Cast stand where it is zero.
func scaffold() graphops.Registry {
	return graphops.Registry{
		"Greater": {Kind: graphops.Discrete},
		"Cast":    {Kind: graphops.Discrete},
		"AddN": {Kind: graphops.Linear, VJP: func(c *graphops.Context) []graphops.Output {
			out := make([]graphops.Output, len(c.Node.Inputs))
			for i := range out {
				if c.Wants(i) {
					out[i] = c.Grad(0)
				}
			}
			return out
		}},
	}
}

// running is the session of one case with all its programs.
type running struct {
	graph   *cgo.Graph
	session *cgo.Session
}

// load imports the programs, each under a prefix of its own.
func load(env environment, programs []*program) (*running, error) {
	r := &running{graph: env.lib.NewGraph()}
	for i, p := range programs {
		def, err := proto.Marshal(p.graph.ToDef(false, prefix(i)+"_"))
		if err == nil {
			err = r.graph.Import(def, cgo.ImportOptions{Prefix: prefix(i)})
		}
		if err != nil {
			r.close()
			return nil, fmt.Errorf("%v: %w", p.known, err)
		}
	}
	// A rule must be right as it stands, and TensorFlow's graph optimizer takes
	// twice the time of all the rest.
	config, err := proto.Marshal(&tfproto.ConfigProto{GraphOptions: &tfproto.GraphOptions{
		RewriteOptions: &tfproto.RewriterConfig{DisableMetaOptimizer: true}}})
	if err == nil {
		r.session, err = env.lib.NewSession(r.graph, config)
	}
	if err != nil {
		r.close()
		return nil, err
	}
	return r, nil
}

func (r *running) close() {
	if r.session != nil {
		r.session.Close()
	}
	r.graph.Close()
}

func prefix(i int) string { return fmt.Sprintf("p%d", i) }

// function is one thing to run: what is fetched for the inputs and the ys.
type function struct {
	call  *cgo.Callable
	given []int // inputs that are fed
	from  []int // inputs whose baselines are fed
	seed  bool  // whether ys are fed last
}

// function resolves the fetches of program i.
// Baselines are fed with the ys only.
func (r *running) function(i int, p *program, seed bool, fetches ...graphops.Output) (*function, error) {
	end := func(o graphops.Output) cgo.Endpoint {
		return cgo.Endpoint{Node: prefix(i) + "/" + o.Node.Name, Index: o.Index}
	}
	f := &function{seed: seed}
	var feeds, outs []cgo.Endpoint
	for k, o := range p.feeds {
		if o.Valid() {
			f.given = append(f.given, k)
			feeds = append(feeds, end(o))
		}
	}
	if seed {
		for k, x0 := range p.baselines {
			f.from = append(f.from, p.wrt[k])
			feeds = append(feeds, end(x0.from))
		}
		feeds = append(feeds, end(p.seed))
	}
	for _, o := range fetches {
		outs = append(outs, end(o))
	}
	var err error
	f.call, err = r.session.Callable(feeds, outs, nil)
	return f, err
}

// run feeds the inputs and, where the function takes them, the baselines and
// the ys.
func (f *function) run(inputs, baselines []*tensor.Tensor, ys *tensor.Tensor) ([]*tensor.Tensor, error) {
	var feeds []*tensor.Tensor
	for _, k := range f.given {
		feeds = append(feeds, inputs[k])
	}
	for _, k := range f.from {
		feeds = append(feeds, baselines[k])
	}
	if f.seed {
		feeds = append(feeds, ys)
	}
	return f.call.Run(context.Background(), feeds)
}
