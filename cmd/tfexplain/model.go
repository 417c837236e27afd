package main

import (
	"context"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// modelFlags choose a model.
type modelFlags struct {
	Model string `required:"" placeholder:"DIR" help:"Folder of the SavedModel (it holds saved_model.pb)."`
	Tag   values `placeholder:"TAG" help:"Tags of the graph to load. Default: serve."`

	OpLibrary values `placeholder:"FILE" help:"Library of ops that TensorFlow does not have; its code is run, and the model needs --trust-model, too. May be repeated."`

	TrustModel bool `help:"Load a model that may read and write files, print or use the network, or whose files lie elsewhere. Only for models of people you trust."`
}

// deviceFlags say where it runs.
type deviceFlags struct {
	Device  string `placeholder:"D" help:"Device for the explanation's nodes, such as gpu, /GPU:1 or cpu; with cpu nothing runs on a GPU. Default: TensorFlow's choice."`
	Threads int    `placeholder:"N" help:"Threads TensorFlow may use, for one op and for ops that run at once. Default: all cores."`

	XLA             bool    `name:"xla" help:"Let TensorFlow compile the graph (XLA), once for each batch size. Numbers change by rounding."`
	Deterministic   bool    `help:"Give the same bits for the same inputs; ops that cannot, on a GPU, are an error."`
	TF32            bool    `name:"tf32" help:"Let GPUs from Ampere on multiply with 10 bits of precision (TF32): faster, but sums add up less exactly."`
	GPUMemory       float64 `placeholder:"SHARE" help:"Share of a GPU's memory to take at the start, above 0 and up to 1. Default: nearly all."`
	GPUMemoryGrowth bool    `help:"Take little of a GPU's memory at the start and more when it is needed."`
}

// targetFlags choose what is explained.
type targetFlags struct {
	Signature string `placeholder:"S" help:"Signature to use. Default: the only one, or serving_default."`
	Target    string `placeholder:"OUTPUT" help:"Output to explain, by its key, or a tensor inside the model (see --explain). Default: the only output."`
}

// methodFlags choose how it is explained, by one method.
type methodFlags struct {
	Method string `required:"" placeholder:"M" help:"Method, such as grad*input (quote the star). tfexplain methods lists them."`
	Param  values `placeholder:"NAME=VALUE" help:"Parameter of the method; may be repeated."`
}

func (f *methodFlags) method() (tfexplain.Method, error) {
	chosen, err := chooseMethods([]string{f.Method}, f.Param)
	if err != nil {
		return nil, err
	}
	return chosen[0].Method, nil
}

func (f *modelFlags) options(d deviceFlags) savedmodel.Options {
	o := savedmodel.Options{OpLibraries: f.OpLibrary, TrustModel: f.TrustModel, Device: d.Device, Session: d.session()}
	if len(f.Tag) > 0 {
		o.Tags = f.Tag
	}
	return o
}

func (d deviceFlags) session() savedmodel.SessionOptions {
	return savedmodel.SessionOptions{IntraOpThreads: d.Threads, InterOpThreads: d.Threads, XLA: d.XLA, Deterministic: d.Deterministic,
		TF32: d.TF32, GPUMemoryFraction: d.GPUMemory, GPUMemoryGrowth: d.GPUMemoryGrowth}
}

// read looks at the model without TensorFlow, so that wrong usage shows before
// anything is loaded.
func (f *modelFlags) read(o savedmodel.Options, t targetFlags) (*savedmodel.Signature, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	meta, err := savedmodel.Read(f.Model, o)
	if err != nil {
		return nil, err
	}
	sig, err := meta.Signature(t.Signature)
	if err != nil {
		return nil, err
	}
	if t.Target != "" { // what is no output may be a tensor inside the model
		if _, err := sig.Output(t.Target); err != nil && !isAny[*savedmodel.KeyError](err) {
			return nil, err
		}
	}
	return sig, nil
}

// load loads the model. Loading cannot be interrupted, so ctx is looked at
// before and after.
func (f *modelFlags) load(ctx context.Context, o savedmodel.Options) (*savedmodel.Model, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m, err := loadModel(f.Model, o)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		m.Close()
		return nil, err
	}
	return m, nil
}
