package main

import (
	"encoding/json"
	"net/http"
	"slices"
	"sync/atomic"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// service answers questions about digits. It stands for one that is not ours, and
// every fourth request finds it overloaded.
type service struct {
	model          *savedmodel.Model
	asked, refused atomic.Int64
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.asked.Add(1)%4 == 0 {
		s.refused.Add(1)
		http.Error(w, "come back later", http.StatusServiceUnavailable)
		return
	}
	var q question
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4<<20)).Decode(&q); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	x, err := tensor.New(slices.Concat(q.Instances...), len(q.Instances), side, side, 1)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	out, err := s.model.Predict(r.Context(), "", map[string]*tensor.Tensor{"image": x})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	logits, err := tensor.Data[float32](out["logits"])
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer{slices.Collect(slices.Chunk(logits, 10))}) // an error means that the client has left
}
