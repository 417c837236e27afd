// Customrule explains a model with an op of one's own, by a rule of one's own.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("give it the library of the op: go run ./examples/customrule out/hill.so")
	}
	if err := run(context.Background(), os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, library string) error {
	m, err := savedmodel.Load("testdata/customrule/model", savedmodel.Options{
		OpLibraries: []string{library},
		TrustModel:  true, // nobody but us knows what the op does
	})
	if err != nil {
		return err
	}
	defer m.Close()

	// Nothing is guessed: without a rule the op is refused.
	_, err = tfexplain.New(ctx, m, tfexplain.DeepLIFT{}, tfexplain.Options{})
	var refused *tfexplain.UnsupportedOpError
	if !errors.As(err, &refused) {
		return fmt.Errorf("DeepLIFT should refuse Hill: %v", err)
	}
	fmt.Println("without a rule:", refused.Ops[0].Op, "is refused,", refused.Ops[0].Reason)

	// Three drugs: which of them has how much of the effect?
	x, err := tensor.New([]float32{3, 1, 2}, 1, 3)
	if err != nil {
		return err
	}
	for _, method := range []tfexplain.Method{tfexplain.DeepLIFT{}, tfexplain.IntegratedGradients{}} {
		ex, err := tfexplain.New(ctx, m, method, tfexplain.Options{Rules: hill()})
		if err != nil {
			return err
		}
		defer ex.Close()
		res, err := ex.Explain(ctx, map[string]*tensor.Tensor{"doses": x}, nil)
		if err != nil {
			return err
		}
		why, err := tensor.Data[float32](res.Attributions["doses"])
		if err != nil {
			return err
		}
		fmt.Printf("%-9s %+.3f add up to the effect %.3f, but for %.0e\n", method.Name(), why, res.Target[0], res.Delta[0])
	}
	return nil
}
