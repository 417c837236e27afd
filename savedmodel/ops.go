package savedmodel

import "strings"

// The lists of this package say for every op of TensorFlow 2.18 and 2.21
// whether a model from an unknown source may run it. They were made by going
// through the ops that the libraries list (TF_GetAllOpList) family by family,
// and by reading the kernels of those whose name, attributes or inputs speak of
// files, addresses or devices. Being on a list needs a person's look: a test
// compares them with the libraries, and an op on none of them is refused.

// opFamily are ops that may run.
type opFamily struct {
	what string
	ops  string // separated by blanks
}

// refusedFamily are ops that may not run.
type refusedFamily struct {
	reason   string
	ops      string // separated by blanks
	prefixes string // of further ops; the lists of allowed ops come first

	// importing are those without state. TensorFlow may run one while it
	// imports a graph, so that it is refused wherever it stands.
	importing string
}

// opClass is what the lists say about one op.
type opClass struct {
	reason    string // why it is refused; empty when it is allowed
	loading   bool   // it may run while a model is loaded
	importing bool
	file      bool // it reads a file that TensorFlow names: see foreignFiles
}

const (
	notListed  = "it is not on the list of ops that only compute"
	notLoading = "only variables, tables and plain arithmetic may run while a model is loaded"
	onlyFolder = "only the init op and the restore op may read a file, one of the model's folder"
)

// refusal says why something that runs the op is refused; empty for not.
func (c opClass) refusal(kind rootKind) string {
	switch {
	case c.reason != "":
		return c.reason
	case c.file && kind == signatureRoot:
		return onlyFolder
	case kind != signatureRoot && !c.loading:
		return notLoading
	}
	return ""
}

type opClasses struct {
	ops      map[string]opClass
	prefixes map[string]opClass
}

func newOpClasses() *opClasses {
	c := &opClasses{ops: make(map[string]opClass), prefixes: make(map[string]opClass)}
	for _, f := range loadingOps() {
		c.add(f.ops, opClass{loading: true})
	}
	for _, f := range signatureOps() {
		c.add(f.ops, opClass{})
	}
	for _, f := range layerOps() {
		c.add(f.ops, opClass{})
	}
	for op := range folderOps() {
		c.ops[op] = opClass{loading: true, file: true}
	}
	for _, f := range refusedOps() {
		class := opClass{reason: f.reason}
		c.add(f.ops, class)
		c.add(f.importing, opClass{reason: f.reason, importing: true})
		for _, p := range strings.Fields(f.prefixes) {
			c.prefixes[p] = class
		}
	}
	return c
}

func (c *opClasses) add(ops string, class opClass) {
	for _, op := range strings.Fields(ops) {
		c.ops[op] = class
	}
}

// of is the class of an op; one on no list is refused.
func (c *opClasses) of(op string) opClass {
	if class, ok := c.find(op); ok {
		return class
	}
	return opClass{reason: notListed}
}

func (c *opClasses) known(op string) bool {
	_, ok := c.find(op)
	return ok
}

func (c *opClasses) find(op string) (opClass, bool) {
	if class, ok := c.ops[op]; ok {
		return class, true
	}
	for p, class := range c.prefixes {
		if strings.HasPrefix(op, p) {
			return class, true
		}
	}
	return opClass{}, false
}
