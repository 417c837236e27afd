package savedmodel_test

import (
	"context"
	"fmt"
	"log"
	"sync"
	"unsafe"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// loaded is a model as the application's own binding of the C API holds it.
type loaded struct {
	graph, session unsafe.Pointer // TF_Graph *, TF_Session *
	mu             sync.RWMutex   // Close locks it, and each use of the session read-locks it
	closed         bool
}

// Hold implements savedmodel.Owner.
func (l *loaded) Hold() error {
	l.mu.RLock()
	if l.closed {
		l.mu.RUnlock()
		return savedmodel.ErrClosed
	}
	return nil
}

// Release implements savedmodel.Owner.
func (l *loaded) Release() { l.mu.RUnlock() }

// Attach explains in the session that another binding has opened. For graft and tfgo
// packages graftmodel and tfgomodel do this. The example is compiled but not run.
func ExampleAttach() {
	l := &loaded{ /* of TF_LoadSessionFromSavedModel */ }
	m, err := savedmodel.Attach("model/", savedmodel.Borrowed{Graph: l.graph, Session: l.session, Owner: l}, savedmodel.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close() // leaves the session open
	ex, err := tfexplain.New(context.Background(), m, tfexplain.DeepLIFT{}, tfexplain.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer ex.Close()
	fmt.Println(ex.Explained())
}
