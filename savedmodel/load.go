package savedmodel

import (
	"sync"
	"sync/atomic"

	"github.com/tfexplain/tfexplain-go/internal/cgo"
	"github.com/tfexplain/tfexplain-go/internal/tfproto"
)

// Model is a loaded SavedModel: its graph and the one session that holds its
// weights, made by Load or borrowed by Attach. It must be closed.
type Model struct {
	*Meta

	library *cgo.Library
	loaded  *cgo.Graph
	session *cgo.Session
	opDefs  map[string]*tfproto.OpDef
	device  string
	trusted bool

	borrowed bool
	prefix   string // how names of nodes begin that are added to the loaded graph

	closing    sync.Once
	closeError error

	mu      sync.Mutex
	callers map[string]*caller // by signature and the inputs that are fed

	prefixes atomic.Int64 // name prefixes given out
	splicing sync.Mutex
}

// Load reads, checks and loads the SavedModel in dir.
//
// The errors are those of Read, and *VariablesError, *AssetError,
// *OutsideError, *OpLibraryError, *NewerGraphError, *UnknownOpError, *UnsafeModelError,
// *ShardError, *DeviceError, *LoadError and, when no TensorFlow library is found,
// *LibraryError. TensorFlow cannot be stopped while it loads, so there is no context.
func Load(dir string, o Options) (*Model, error) {
	meta, err := Read(dir, o)
	if err != nil {
		return nil, err
	}
	if err := meta.checkVariables(); err != nil {
		return nil, err
	}
	if err := meta.checkAssets(); err != nil {
		return nil, err
	}
	if !o.TrustModel {
		if err := meta.checkInside(); err != nil {
			return nil, err
		}
	}
	library, err := cgo.Open(cgo.Options{Path: o.Library, OneDNN: suitsOneDNN(meta.graph)})
	if err != nil {
		return nil, err
	}
	m, err := load(meta, library, o)
	if err != nil {
		library.Close()
		return nil, err
	}
	return m, nil
}

func load(meta *Meta, library *cgo.Library, o Options) (*Model, error) {
	m := &Model{Meta: meta, library: library, trusted: o.TrustModel,
		prefix: "tfexplain", callers: make(map[string]*caller)}
	if err := checkVersion(meta, library); err != nil {
		return nil, err
	}
	if err := loadOps(library, o.OpLibraries); err != nil {
		return nil, err
	}
	var err error
	if m.opDefs, err = readOpDefs(library); err != nil {
		return nil, err
	}
	if unknown := unknownOps(meta.graph, m.opDefs); len(unknown) > 0 {
		return nil, &UnknownOpError{Dir: meta.dir, Ops: unknown, Writer: meta.version,
			Library: library.Path(), LibraryVersion: library.Version()}
	}
	if !o.TrustModel {
		if err := meta.checkUnsafe(o.Signatures); err != nil {
			return nil, err
		}
	}
	if err := checkCounts(meta.graph, m.opDefs, o.Limits.withDefaults()); err != nil {
		return nil, err
	}
	if err := checkCalls(meta.graph); err != nil {
		return nil, err
	}
	if err := meta.checkTables(); err != nil {
		return nil, err
	}
	config, err := o.Session.config(o.Device)
	if err != nil {
		return nil, err
	}
	if err := o.Session.determinism(library); err != nil {
		return nil, err
	}
	library.SetTF32(o.Session.TF32)
	m.session, m.loaded, err = library.LoadSavedModel(meta.dir, meta.tags, config)
	if err != nil {
		return nil, explainLoadError(meta, library, err)
	}
	if err := m.place(o.Device); err != nil {
		m.session.Close()
		m.loaded.Close()
		return nil, err
	}
	return m, nil
}

// Signature is Meta.Signature for a signature that is to be run: the error is an
// *UnsafeModelError when it reaches ops that Load refuses, which is possible
// when Options.Signatures did not name it.
func (m *Model) Signature(name string) (*Signature, error) {
	s, err := m.Meta.Signature(name)
	if err != nil || m.trusted {
		return s, err
	}
	if err := m.refuse(func(o RefusedOp) bool { return o.kind == signatureRoot && o.signature == s.Name }); err != nil {
		return nil, err
	}
	return s, nil
}

// place settles on the device that Options.Device means.
func (m *Model) place(wanted string) error {
	if wanted == "" {
		return nil
	}
	devices, err := m.session.Devices()
	if err != nil {
		return err
	}
	var names []string
	for _, d := range devices {
		names = append(names, d.Name)
	}
	m.device, err = findDevice(wanted, names)
	return err
}

// Close frees the session with the model's weights, and the graph, unless both
// are borrowed. It waits for calls that are on their way; calls that come later
// fail. Closing twice does nothing more and gives the same error.
func (m *Model) Close() error {
	if m == nil || m.session == nil {
		return nil
	}
	m.closing.Do(func() {
		m.closeError = m.session.Close()
		m.loaded.Close()
		m.library.Close()
	})
	return m.closeError
}

// Library is the TensorFlow library that runs the model: its Path and Version are
// of use to everybody, the rest to package tfexplain.
func (m *Model) Library() *cgo.Library { return m.library }

// Graph is the loaded graph, for package tfexplain. Nodes may be added to it, never
// changed.
func (m *Model) Graph() *cgo.Graph { return m.loaded }

// Session is the session that holds the model's variables and tables, for package
// tfexplain.
func (m *Model) Session() *cgo.Session { return m.session }

// Device is the full name of the device that Options.Device means, empty for none.
func (m *Model) Device() string { return m.device }

// OpDefs are the definitions of all ops that the library knows, by name, for package
// tfexplain. They must not be modified.
func (m *Model) OpDefs() map[string]*tfproto.OpDef { return m.opDefs }
