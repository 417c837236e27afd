package savedmodel

import (
	"fmt"

	"google.golang.org/protobuf/proto"

	"github.com/tfexplain/tfexplain-go/internal/cgo"
	"github.com/tfexplain/tfexplain-go/internal/tfproto"
)

// ReservePrefix returns a name prefix, ending in "/", that no node of the loaded
// graph has and that is not given out again, for package tfexplain.
func (m *Model) ReservePrefix() string {
	return fmt.Sprintf("%s_%d/", m.prefix, m.prefixes.Add(1))
}

// Splice adds a graph to the loaded one under a reserved prefix and makes it known
// to the session, for package tfexplain; a borrowed session takes it at its next
// Run. inputs maps tensors that the graph uses but does not contain to loaded ones.
// When it fails nothing of the graph may be used.
func (m *Model) Splice(prefix string, def *tfproto.GraphDef, inputs map[cgo.Endpoint]cgo.Endpoint) error {
	raw, err := proto.Marshal(def)
	if err != nil {
		return fmt.Errorf("savedmodel: encode the graph to splice in: %w", err)
	}
	m.splicing.Lock() // a session is extended by one thread at a time
	defer m.splicing.Unlock()
	if err := m.loaded.Import(raw, cgo.ImportOptions{Prefix: prefix[:len(prefix)-1], InputMap: inputs}); err != nil {
		return err
	}
	if m.borrowed {
		// After TF_ExtendSession a Run no longer looks for new nodes, also
		// not for those that the application adds.
		return nil
	}
	return m.session.Extend()
}
