package savedmodel

import (
	"fmt"
	"path/filepath"
	"slices"

	"google.golang.org/protobuf/proto"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
)

// Meta is what saved_model.pb says about one tag set: its graph, functions and
// signatures.
type Meta struct {
	dir        string
	tags       []string
	version    string
	signatures []Signature
	meta       *tfproto.MetaGraphDef
	graph      *graph
	assets     []*tfproto.AssetFileDef
	refused    []RefusedOp
}

// Dir is the folder that the model was read from.
func (m *Meta) Dir() string { return m.dir }

// Tags is the tag set of the graph, sorted.
func (m *Meta) Tags() []string { return slices.Clone(m.tags) }

// TensorFlowVersion is the version of the TensorFlow that wrote the model, such
// as "2.18.1", or empty when it did not say.
func (m *Meta) TensorFlowVersion() string { return m.version }

// GraphDef is the graph with its function library, for package tfexplain. It must
// not be modified.
func (m *Meta) GraphDef() *tfproto.GraphDef { return m.graph.def }

// ObjectGraph is what the model says about the Python objects that it was made of,
// for package tfexplain; empty if it says nothing, as models of TensorFlow 1 do.
func (m *Meta) ObjectGraph() (*tfproto.SavedObjectGraph, error) {
	objects := &tfproto.SavedObjectGraph{}
	if err := proto.Unmarshal(m.meta.GetObjectGraphDef(), objects); err != nil {
		return nil, &CorruptError{File: filepath.Join(m.dir, modelFile), Message: "SavedObjectGraph", Reason: err.Error()}
	}
	return objects, nil
}

// Read parses and checks the saved_model.pb in dir. It needs no TensorFlow and
// runs nothing. It does not look at variables and assets, nor does it refuse a
// model for the ops that it runs (Meta.RefusedOps lists them); Load does.
//
// The errors are *OptionError, *FolderError, *NoModelError, *FileError,
// *TooLargeError, *CorruptError, *TagError, *GraphError, *ConstantError,
// *ShapeError, *MissingFunctionError, *RecursionError, *DepthError and
// *ExpansionError.
func Read(dir string, o Options) (*Meta, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	data, err := readModelFile(dir)
	if err != nil {
		return nil, err
	}
	return readBytes(dir, data, o)
}

// maxSignatures bounds the work of looking at what each signature reaches;
// models have a few.
const maxSignatures = 1000

// readBytes is Read for the content of saved_model.pb.
func readBytes(dir string, data []byte, o Options) (*Meta, error) {
	meta, err := parse(filepath.Join(dir, modelFile), data, o.tags(), o.Limits.withDefaults())
	if err != nil {
		return nil, err
	}
	return newMeta(dir, meta, o)
}

// newMeta checks a graph and its signatures.
func newMeta(dir string, meta *tfproto.MetaGraphDef, o Options) (*Meta, error) {
	limits := o.Limits.withDefaults()
	var err error
	m := &Meta{
		dir:     dir,
		tags:    sortedTags(meta),
		version: meta.GetMetaInfoDef().GetTensorflowVersion(),
		meta:    meta,
	}
	if m.graph, err = newGraph(meta.GetGraphDef()); err != nil {
		return nil, err
	}
	if m.signatures, err = readSignatures(meta, m.graph); err != nil {
		return nil, err
	}
	if n := len(m.signatures); n > maxSignatures {
		return nil, &GraphError{Reason: fmt.Sprintf("it has %d signatures; at most %d are read", n, maxSignatures)}
	}
	if m.assets, err = readAssets(filepath.Join(dir, modelFile), meta); err != nil {
		return nil, err
	}
	if err := checkTensors(m.graph, limits); err != nil {
		return nil, err
	}
	if err := checkFunctions(m.graph, m.roots(), limits); err != nil {
		return nil, err
	}
	m.refused = m.findRefused()
	return m, nil
}

// parse finds the one graph with the wanted tags.
func parse(file string, data []byte, tags []string, l Limits) (*tfproto.MetaGraphDef, error) {
	var model tfproto.SavedModel
	s := scanner{file: file, limit: l.MaxGraphNodes * messagesPerNode}
	if err := s.message(model.ProtoReflect().Descriptor(), data, 0, 0); err != nil {
		return nil, err
	}
	if err := proto.Unmarshal(data, &model); err != nil {
		return nil, &CorruptError{File: file, Message: "SavedModel", Reason: err.Error()}
	}
	if len(model.MetaGraphs) == 0 {
		return nil, &CorruptError{File: file, Message: "SavedModel",
			Reason: fmt.Sprintf("there is no graph in these %d bytes (a frozen graph is no SavedModel)", len(data))}
	}
	wanted := tagsOf(tags)
	var available [][]string
	for _, m := range model.MetaGraphs {
		have := sortedTags(m)
		if slices.Equal(have, wanted) {
			return m, nil
		}
		available = append(available, have)
	}
	return nil, &TagError{Dir: filepath.Dir(file), Given: wanted, Available: available}
}

func sortedTags(m *tfproto.MetaGraphDef) []string { return tagsOf(m.GetMetaInfoDef().GetTags()) }

// tagsOf is a set of tags, sorted. TensorFlow compares sets: a graph that names
// a tag twice is found by naming it once.
func tagsOf(tags []string) []string { return slices.Compact(slices.Sorted(slices.Values(tags))) }
