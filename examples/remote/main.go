// Remote explains a model that is only there as an HTTP service: nothing is known of
// it but what it answers.
package main

import (
	"context"
	"fmt"
	"image/png"
	"log"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

const side, patch = 28, 4 // pixels: of a digit, and of the squares that are hidden

func main() {
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	// A service, as it would run elsewhere.
	m, err := savedmodel.Load("testdata/digits/model", savedmodel.Options{})
	if err != nil {
		return err
	}
	defer m.Close()
	far := &service{model: m}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: far, ReadHeaderTimeout: 5 * time.Second}
	go server.Serve(l)
	defer server.Close()

	// From here on there is only its address.
	near := &client{url: "http://" + l.Addr().String(), http: &http.Client{Timeout: 10 * time.Second}, tries: 3, wait: 20 * time.Millisecond}
	f := tfexplain.Func{
		Inputs:  []tfexplain.Input{{Key: "image", DType: tensor.Float32, Shape: []int{-1, side, side, 1}}},
		Predict: near.predict,
	}
	x, err := digit("testdata/digits/images/8.png")
	if err != nil {
		return err
	}
	squares, err := mask()
	if err != nil {
		return err
	}
	for _, method := range []tfexplain.Method{
		tfexplain.Occlusion{Window: []int{patch, patch, 1}, Stride: []int{patch}},
		tfexplain.KernelSHAP{Coalitions: 500, Mask: map[string]*tensor.Tensor{"image": squares}},
	} {
		// A request has up to BatchSize rows.
		ex, err := tfexplain.NewFunc(f, method, tfexplain.Options{BatchSize: 64})
		if err != nil {
			return err
		}
		defer ex.Close()
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		before := near.asked
		res, err := ex.Explain(ctx, map[string]*tensor.Tensor{"image": x}, tfexplain.Argmax())
		if err != nil {
			return err
		}
		fmt.Printf("%s: class %d gets %.2f, and %.2f in a black image\n", method.Name(), res.Classes[0], res.Target[0], res.BaselineTarget[0])
		if err := printSquares(res.Attributions["image"]); err != nil {
			return err
		}
		fmt.Printf("sum %+.2f, asked %d times for %d rows\n\n", res.Target[0]-res.BaselineTarget[0]+res.Delta[0], near.asked-before, ex.Stats().Rows)
	}
	fmt.Printf("the service was overloaded %d times\n", far.refused.Load())
	return nil
}

// mask gives each pixel the number of its square: hidden together, they are one
// player.
func mask() (*tensor.Tensor, error) {
	ids := make([]int32, side*side)
	for i := range ids {
		ids[i] = int32(i/side/patch*(side/patch) + i%side/patch)
	}
	return tensor.New(ids, side, side, 1)
}

// printSquares shows what each square contributed.
func printSquares(attribution *tensor.Tensor) error {
	a, err := tensor.Data[float32](attribution)
	if err != nil {
		return err
	}
	for y := 0; y < side; y += patch {
		for x := 0; x < side; x += patch {
			sum := float32(0)
			for i := range patch * patch {
				sum += a[(y+i/patch)*side+x+i%patch]
			}
			fmt.Printf("%7.2f", sum)
		}
		fmt.Println()
	}
	return nil
}

// digit reads a picture as one row of what the service takes: gray, from 0 to 1.
func digit(path string) (*tensor.Tensor, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	picture, err := png.Decode(f)
	if err != nil {
		return nil, err
	}
	return tensor.FromImage(picture, tensor.ImageOptions{Shape: []int{1, side, side, 1}})
}
