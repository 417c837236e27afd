// Package opclass says for every op of TensorFlow 2.18 and 2.21 whether a model
// from an unknown source may run it.
//
// Its lists were made by going through the ops that the libraries list
// (TF_GetAllOpList) family by family, and by reading the kernels of those whose
// name, attributes or inputs speak of files, addresses or devices. Being on a list
// needs a person's look: a test compares them with the libraries, and an op on none
// of them is refused.
package opclass

import "strings"

// Class is what the lists say about one op.
type Class struct {
	Refused string // why it may not run; empty if a signature may run it
	Loading bool   // it may run while a model is loaded, too

	// Importing says of a refused op that it has no state: TensorFlow may run it
	// while it imports a graph, wherever it stands.
	Importing bool

	// File says that only what loads a model may run it, since it reads a file:
	// input FileInput names it.
	File      bool
	FileInput int
}

// NotListed is why an op on no list is refused.
const NotListed = "it is not on the list of ops that only compute"

// family are ops that may run.
type family struct {
	what string
	ops  string // separated by blanks
}

// refusedFamily are ops that may not run.
type refusedFamily struct {
	reason   string
	ops      string // separated by blanks
	prefixes string // of further ops; the lists of allowed ops come first

	// importing are those without state.
	importing string
}

// fileOps are the ops that may read a file while a model is loaded, with the
// index of the input that names it.
func fileOps() map[string]int {
	return map[string]int{"RestoreV2": 0, "InitializeTableFromTextFile": 1, "InitializeTableFromTextFileV2": 1}
}

// Lists are all lists, by op.
type Lists struct {
	ops      map[string]Class
	prefixes map[string]Class
}

// New reads the lists.
func New() *Lists {
	l := &Lists{ops: make(map[string]Class), prefixes: make(map[string]Class)}
	for _, f := range loadingOps() {
		l.add(f.ops, Class{Loading: true})
	}
	for _, f := range signatureOps() {
		l.add(f.ops, Class{})
	}
	for _, f := range layerOps() {
		l.add(f.ops, Class{})
	}
	for op, input := range fileOps() {
		l.ops[op] = Class{Loading: true, File: true, FileInput: input}
	}
	for _, f := range refusedOps() {
		class := Class{Refused: f.reason}
		l.add(f.ops, class)
		l.add(f.importing, Class{Refused: f.reason, Importing: true})
		for _, p := range strings.Fields(f.prefixes) {
			l.prefixes[p] = class
		}
	}
	return l
}

func (l *Lists) add(ops string, class Class) {
	for _, op := range strings.Fields(ops) {
		l.ops[op] = class
	}
}

// Of is the class of an op; one on no list is refused.
func (l *Lists) Of(op string) Class {
	if class, ok := l.find(op); ok {
		return class
	}
	return Class{Refused: NotListed}
}

// Has says whether an op is on a list.
func (l *Lists) Has(op string) bool {
	_, ok := l.find(op)
	return ok
}

func (l *Lists) find(op string) (Class, bool) {
	if class, ok := l.ops[op]; ok {
		return class, true
	}
	for p, class := range l.prefixes {
		if strings.HasPrefix(op, p) {
			return class, true
		}
	}
	return Class{}, false
}
