package cgo

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
)

func TestParseInput(t *testing.T) {
	for input, want := range map[string]Endpoint{
		"x": {"x", 0}, "x:0": {"x", 0}, "a/b:12": {"a/b", 12}, "^x": {"x", -1}, "x:y": {"x:y", 0}, "": {"", 0},
	} {
		require.Equal(t, want, parseInput(input), input)
	}
}

// FuzzUnusedMappings compares the scan of the wire format with a parsed
// message, and makes sure that broken bytes do no harm.
func FuzzUnusedMappings(f *testing.F) {
	seed, err := proto.Marshal(&tfproto.GraphDef{Node: []*tfproto.NodeDef{
		{Name: "y", Op: "Add", Input: []string{"a", "b:1", "^c"}}, {Name: "z", Op: "Identity", Input: []string{"y"}},
	}})
	require.NoError(f, err)
	f.Add(seed)
	f.Add(seed[:len(seed)-3])
	f.Add([]byte{0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f})
	inputs := map[Endpoint]Endpoint{{"a", 0}: {}, {"b", 1}: {}, {"b", 0}: {}, {"c", 0}: {}}
	f.Fuzz(func(t *testing.T, def []byte) {
		unused := unusedMappings(def, inputs)
		var parsed tfproto.GraphDef
		if proto.Unmarshal(def, &parsed) != nil {
			return // TensorFlow refuses it
		}
		used := map[Endpoint]bool{}
		for _, n := range parsed.Node {
			for _, input := range n.Input {
				used[parseInput(input)] = true
			}
		}
		for _, e := range []Endpoint{{"a", 0}, {"b", 1}, {"b", 0}, {"c", 0}} {
			require.NotEqual(t, used[e], slices.Contains(unused, e), e)
		}
	})
}
