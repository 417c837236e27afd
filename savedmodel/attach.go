package savedmodel

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"unsafe"

	"google.golang.org/protobuf/proto"

	"github.com/tfexplain/tfexplain-go/internal/cgo"
	"github.com/tfexplain/tfexplain-go/internal/tfproto"
)

// Borrowed is a model that another Go binding of TensorFlow has loaded into
// this process.
type Borrowed struct {
	Graph, Session unsafe.Pointer // a TF_Graph and a TF_Session on it
	Owner          Owner
}

// Owner owns a borrowed graph and session. A Model holds on to it, and it must
// keep the graph alive.
type Owner interface {
	// Hold keeps the session open until Release. It fails once the session
	// is closed. Any number of holds may be on their way.
	Hold() error
	Release()
}

// Attach makes a Model of a graph and session that the application itself has
// loaded from dir: the weights exist once, and values that the application
// assigns to variables are those that are explained. Packages graftmodel and
// tfgomodel do it for two bindings.
//
// The graph is read from the session, the rest (signatures, layers, custom
// gradients) from saved_model.pb in dir, whose nodes must be in the session. The
// same model may be attached more than once.
// Files of variables and assets are not read.
//
// An Explainer of a method with a baseline may keep what the model made of the
// baseline: after the application has assigned variables, make a new one.
//
// Nodes are only added to the graph, and stay there until the application
// frees it. Close frees neither session nor graph. When the application closes
// its session it waits for Runs on their way, and later calls fail with the error of
// Owner.Hold; a call whose context ends does not wait for Hold.
//
// TensorFlow's threads were started by the other binding, with signals on: do
// not take Go's CPU profile of such a program (internal/cgo says why).
//
// Of the options only Tags, Device, Signatures, TrustModel and Limits are
// taken; the others say how a session is made, and are an *OptionError.
//
// The errors are those of Read, and *BorrowError, *OtherModelError,
// *UnsafeModelError, *DeviceError, and what Owner.Hold gives.
func Attach(dir string, b Borrowed, o Options) (*Model, error) {
	if b.Graph == nil || b.Session == nil || b.Owner == nil {
		return nil, &BorrowError{Reason: "it needs a graph, a session and an owner"}
	}
	if err := o.validateAttach(); err != nil {
		return nil, err
	}
	data, err := readModelFile(dir)
	if err != nil {
		return nil, err
	}
	meta, err := parse(filepath.Join(dir, modelFile), data, o.tags(), o.Limits.withDefaults())
	if err != nil {
		return nil, err
	}
	library, err := cgo.OpenLoaded()
	if err != nil {
		return nil, &BorrowError{Reason: "the process holds no TensorFlow that could have made the session", Err: err}
	}
	m, err := attach(dir, meta, library, b, o)
	if err != nil {
		library.Close()
		return nil, err
	}
	return m, nil
}

func attach(dir string, meta *tfproto.MetaGraphDef, library *cgo.Library, b Borrowed, o Options) (*Model, error) {
	m := &Model{library: library, trusted: o.TrustModel, callers: make(map[string]*caller),
		// Another Model may be attached to the same session.
		borrowed: true, prefix: "tfexplain_" + strconv.FormatUint(rand.Uint64(), 36)}
	m.session, m.loaded = library.Borrow(b.Graph, b.Session, b.Owner)
	if err := m.place(o.Device); err != nil { // also asks whether the session is open
		return nil, err
	}
	def, err := m.loadedDef()
	if err != nil {
		return nil, err
	}
	if node := firstMissing(meta.GetGraphDef(), def); node != "" {
		return nil, &OtherModelError{Dir: dir, Node: node}
	}
	if registered := meta.GetGraphDef().GetLibrary().GetRegisteredGradients(); def.GetLibrary() != nil {
		def.Library.RegisteredGradients = registered // a session does not keep them
	}
	meta.GraphDef = def
	if m.Meta, err = newMeta(dir, meta, o); err != nil {
		return nil, err
	}
	if m.opDefs, err = readOpDefs(library); err != nil {
		return nil, err
	}
	if !o.TrustModel {
		// The init op and the restore op have run; only what will run counts.
		if err := m.refuse(func(r RefusedOp) bool { return r.kind == signatureRoot && r.chosen(o.Signatures) }); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// loadedDef is the graph of the session.
func (m *Model) loadedDef() (*tfproto.GraphDef, error) {
	raw, err := m.loaded.Def()
	if err != nil {
		return nil, err
	}
	def := &tfproto.GraphDef{}
	if err := proto.Unmarshal(raw, def); err != nil {
		return nil, fmt.Errorf("savedmodel: decode the graph of the session: %w", err)
	}
	return def, nil
}

// firstMissing names the first node or function of the file that the session
// does not have; empty when it has all of them.
func firstMissing(file, loaded *tfproto.GraphDef) string {
	ops := make(map[string]string, len(loaded.GetNode()))
	for _, n := range loaded.GetNode() {
		ops[n.GetName()] = n.GetOp()
	}
	for _, n := range file.GetNode() {
		if ops[n.GetName()] != n.GetOp() {
			return n.GetName()
		}
	}
	functions := make(map[string]bool)
	for _, f := range loaded.GetLibrary().GetFunction() {
		functions[f.GetSignature().GetName()] = true
	}
	for _, f := range file.GetLibrary().GetFunction() {
		if name := f.GetSignature().GetName(); !functions[name] {
			return name
		}
	}
	return ""
}
