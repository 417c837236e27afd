package rulestest

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/internal/cgo"
)

// Options steer the suite. The zero value is the usual choice.
type Options struct {
	// Library is the TensorFlow library, a file or a folder. When it is empty
	// the usual places are searched, and Run skips if there is none and
	// TFEXPLAIN_LIBTENSORFLOW does not name one either.
	Library string

	// OpLibraries are files with ops of one's own, as in savedmodel.Options.
	OpLibraries []string

	// Rows are the numbers of rows that cases with a Rows axis run with; 3 and
	// 1 by default, because an axis of one row may be mistaken for one that
	// broadcasts.
	Rows []int
}

func (o Options) rows() []int {
	if len(o.Rows) == 0 {
		return []int{3, 1}
	}
	return o.Rows
}

// Run checks each case in a subtest named after its op and itself.
func Run(t *testing.T, registry graphops.Registry, cases []Case, o Options) {
	t.Helper()
	env, err := newEnvironment(registry, o)
	var missing *cgo.NotFoundError
	if errors.As(err, &missing) && o.Library == "" && os.Getenv("TFEXPLAIN_LIBTENSORFLOW") == "" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	before := env.lib.Alive()
	for _, c := range cases {
		t.Run(c.Op+"/"+c.Name, func(t *testing.T) {
			if err := check(env, c, o.rows()); err != nil {
				t.Error(err)
			}
		})
	}
	if after := env.lib.Alive(); after != before {
		t.Errorf("TensorFlow objects were left behind: %+v before, %+v after", before, after)
	}
}

// RunAll is Run and Covered.
func RunAll(t *testing.T, registry graphops.Registry, cases []Case, o Options) {
	t.Helper()
	if err := Covered(registry, cases); err != nil {
		t.Error(err)
	}
	Run(t, registry, cases, o)
}

// Check runs one case and returns what is wrong with the rule, or nil.
func Check(registry graphops.Registry, c Case, o Options) error {
	env, err := newEnvironment(registry, o)
	if err != nil {
		return err
	}
	return check(env, c, o.rows())
}

// Covered names the ops of a registry that no case uses; opaque ones, which
// nothing passes through, need none. It returns nil when there are none, and
// complains of cases of one op that share a name.
func Covered(registry graphops.Registry, cases []Case) error {
	used := map[string]bool{}
	names := map[[2]string]bool{}
	for _, c := range cases {
		used[c.Op] = true
		key := [2]string{c.Op, c.Name}
		if names[key] {
			return fmt.Errorf("rulestest: two cases of %s are named %q", c.Op, c.Name)
		}
		names[key] = true
	}
	idle := slices.DeleteFunc(registry.Names(), func(op string) bool { return used[op] || registry[op].Kind == graphops.Opaque })
	if len(idle) > 0 {
		return fmt.Errorf("rulestest: %d ops have a rule but no case: %v", len(idle), idle)
	}
	return nil
}
