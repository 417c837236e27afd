package cgo_test

import (
	"context"
	"fmt"
	"log"

	"google.golang.org/protobuf/proto"

	"github.com/tfexplain/tfexplain-go/internal/cgo"
	"github.com/tfexplain/tfexplain-go/internal/tfproto"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// Example doubles three numbers.
func Example() {
	lib, err := cgo.Open(cgo.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer lib.Close()
	def, err := proto.Marshal(&tfproto.GraphDef{Node: []*tfproto.NodeDef{
		placeholder("x", tensor.Float32),
		node("y", "AddV2", []string{"x", "x"}, attrs{"T": tensor.Float32}),
	}})
	if err != nil {
		log.Fatal(err)
	}
	g := lib.NewGraph()
	defer g.Close()
	if err := g.Import(def, cgo.ImportOptions{}); err != nil {
		log.Fatal(err)
	}
	s, err := lib.NewSession(g, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer s.Close()
	double, err := s.Callable([]cgo.Endpoint{{Node: "x"}}, []cgo.Endpoint{{Node: "y"}}, nil)
	if err != nil {
		log.Fatal(err)
	}
	x, err := tensor.New([]float32{1, 2, 3}, 3)
	if err != nil {
		log.Fatal(err)
	}
	out, err := double.Run(context.Background(), []*tensor.Tensor{x})
	if err != nil {
		log.Fatal(err)
	}
	y, err := tensor.Data[float32](out[0])
	fmt.Println(y, err)
	// Output: [2 4 6] <nil>
}
