package savedmodel

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/tfexplain/tfexplain-go/internal/cgo"
	"github.com/tfexplain/tfexplain-go/internal/tfproto"
)

// readOpDefs parses the op definitions of a library.
func readOpDefs(library *cgo.Library) (map[string]*tfproto.OpDef, error) {
	data, err := library.OpList()
	if err != nil {
		return nil, err
	}
	var list tfproto.OpList
	if err := proto.Unmarshal(data, &list); err != nil {
		return nil, fmt.Errorf("savedmodel: op definitions of %s: %w", library.Path(), err)
	}
	defs := make(map[string]*tfproto.OpDef, len(list.GetOp()))
	for _, d := range list.GetOp() {
		defs[d.GetName()] = d
	}
	return defs, nil
}

// loadOps loads libraries of ops.
func loadOps(library *cgo.Library, files []string) error {
	for _, file := range files {
		if err := library.LoadOps(file); err != nil {
			return &OpLibraryError{File: file, Err: err}
		}
	}
	return nil
}

// checkVersion asks the library whether it accepts the graph's version, by
// importing a graph that has the version and no nodes. Loading would ask the
// same question, but only after this package has found ops that it cannot know.
func checkVersion(m *Meta, library *cgo.Library) error {
	def, err := proto.Marshal(&tfproto.GraphDef{Versions: m.graph.def.GetVersions()})
	if err != nil {
		return err
	}
	g := library.NewGraph()
	defer g.Close()
	if err := g.Import(def, cgo.ImportOptions{}); err != nil {
		return explainLoadError(m, library, err)
	}
	return nil
}

var (
	// minConsumer is TensorFlow's message in core/framework/versions.cc.
	minConsumer = regexp.MustCompile(`min consumer version (\d+) above current version (\d+)`)

	// shardMessage are the forms in which messages of TensorFlow's tensor
	// bundle reader (core/util/tensor_bundle/tensor_bundle.cc) name a file.
	shardMessage = regexp.MustCompile(`variables\.(?:index|data-\d{5}-of-\d{5})`)
	shardNumber  = regexp.MustCompile(`shard (\d+) `)
)

// indexMessages are parts of messages about the index that do not name it: it is
// cut off, or it is that of another model.
var indexMessages = [...]string{"not an sstable", "not found in checkpoint"}

// explainLoadError gives an error of TensorFlow the type that tells the cause.
func explainLoadError(m *Meta, library *cgo.Library, err error) error {
	var e *cgo.Error
	if !errors.As(err, &e) {
		return &LoadError{Dir: m.dir, Err: err}
	}
	if found := minConsumer.FindStringSubmatch(e.Message); found != nil {
		wanted, _ := strconv.Atoi(found[1])
		have, _ := strconv.Atoi(found[2])
		return &NewerGraphError{Dir: m.dir, MinConsumer: wanted, LibraryConsumer: have,
			Writer: m.version, LibraryVersion: library.Version(), Err: err}
	}
	if file := m.shardOf(e); file != "" {
		return &ShardError{Dir: m.dir, File: file, Err: err}
	}
	return &LoadError{Dir: m.dir, Err: err}
}

// shardOf is the file in variables/ that an error is about, or empty when it is
// about something else.
func (m *Meta) shardOf(e *cgo.Error) string {
	if name := shardMessage.FindString(e.Message); name != "" {
		return variablesFolder + "/" + name
	}
	for _, part := range indexMessages {
		if strings.Contains(e.Message, part) {
			return variablesFolder + "/" + indexFile
		}
	}
	restoring := strings.Contains(e.Message, "RestoreV2") || strings.Contains(e.Message, "TensorBundle")
	if !restoring && e.Code != cgo.DataLoss {
		return ""
	}
	have := shards(filepath.Join(m.dir, variablesFolder))
	if found := shardNumber.FindStringSubmatch(e.Message); found != nil {
		if i, err := strconv.Atoi(found[1]); err == nil && i < len(have) {
			return variablesFolder + "/" + have[i] // ReadDir sorts them
		}
	}
	if len(have) == 1 {
		return variablesFolder + "/" + have[0]
	}
	return variablesFolder
}
