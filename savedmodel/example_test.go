package savedmodel_test

import (
	"context"
	"fmt"
	"log"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func ExampleRead() {
	m, err := savedmodel.Read("testdata/tabular_multi", savedmodel.Options{})
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range m.Signatures() {
		fmt.Println(s.Name)
		for _, in := range s.Inputs {
			fmt.Println(" ", in.Key, in.DType, in.Shape)
		}
	}
	// Output:
	// serving_default
	//   cat int64 [-1]
	//   city string [-1]
	//   num float32 [-1 4]
}

// Loading needs a TensorFlow library (see scripts/libtensorflow.sh), so this
// example is compiled but not run.
func ExampleLoad() {
	m, err := savedmodel.Load("testdata/tabular_multi", savedmodel.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()

	num, err := tensor.New([]float32{2, -1.5, 0, 12}, 1, 4)
	if err != nil {
		log.Fatal(err)
	}
	cat, err := tensor.New([]int64{3}, 1)
	if err != nil {
		log.Fatal(err)
	}
	city, err := tensor.New([]string{"oslo"}, 1)
	if err != nil {
		log.Fatal(err)
	}
	out, err := m.Predict(context.Background(), "serving_default",
		map[string]*tensor.Tensor{"num": num, "cat": cat, "city": city})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out["score"])
}
