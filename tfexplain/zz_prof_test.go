package tfexplain

import (
	"context"
	"fmt"
	"sort"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestZZProf(t *testing.T) {
	ctx := context.Background()
	m, err := savedmodel.Load("../testdata/digits/model", savedmodel.Options{IntraOpThreads: 2, InterOpThreads: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, method := range []Method{GradientInput{}, EpsilonLRP{}, DeepLIFT{}} {
		ex, err := New(ctx, m, method, Options{Target: "logits"})
		if err != nil {
			t.Fatal(err)
		}
		n := 32
		v := make([]float32, n*784)
		for i := range v {
			v[i] = float32(i%97) / 97
		}
		x, _ := tensor.New(v, n, 28, 28, 1)
		w := make([]float32, n*10)
		for i := 0; i < n; i++ {
			w[i*10] = 1
		}
		ys, _ := tensor.New(w, n, 10)
		feeds := []*tensor.Tensor{x, ys}
		if ex.program.fedIndex {
			idx, _ := tensor.New([]int32{0}, 1)
			feeds = append(feeds, idx)
		}
		total := map[string]int64{}
		for k := 0; k < 20; k++ {
			_, meta, err := ex.program.explain.RunTraced(ctx, feeds)
			if err != nil {
				t.Fatal(err)
			}
			if k < 5 {
				continue
			}
			md := &tfproto.RunMetadata{}
			if err := proto.Unmarshal(meta, md); err != nil {
				t.Fatal(err)
			}
			for _, d := range md.GetStepStats().GetDevStats() {
				for _, s := range d.NodeStats {
					total[s.NodeName] += s.OpEndRelMicros - s.OpStartRelMicros
				}
			}
		}
		var names []string
		var sum int64
		for k, v := range total {
			names = append(names, k)
			sum += v
		}
		sort.Slice(names, func(i, j int) bool { return total[names[i]] > total[names[j]] })
		fmt.Println("==", method.Name(), sum/15, "us")
		for i, k := range names {
			if i > 24 {
				break
			}
			fmt.Println(total[k]/15, k)
		}
	}
}
