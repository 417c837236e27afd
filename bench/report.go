package main

import (
	"encoding/json"
	"io"
	"os"

	"github.com/tfexplain/tfexplain-go/internal/tensorfile"
)

// Columns of a cell: who computed it.
const (
	ours   = "tfexplain"
	python = "python"        // TensorFlow with its default settings
	onednn = "python-onednn" // with TF_ENABLE_ONEDNN_OPTS=1
	shaps  = "shap"
)

var columns = []string{ours, python, onednn, shaps}

// report is out/bench/performance.json.
type report struct {
	Machine machine            `json:"machine"`
	Cells   []cell             `json:"cells"`
	Facts   []facts            `json:"facts"`
	Calls   []overhead         `json:"calls,omitempty"`
	Start   map[string]float64 `json:"start,omitempty"` // seconds to the first explanation, by column
}

// cell is one method at one number of rows.
type cell struct {
	Model  string           `json:"model"`
	Method string           `json:"method"`
	Rows   int              `json:"rows"`
	Taken  map[string]taken `json:"taken"` // by column
	// Off is the largest difference of our values of the first row from Python's,
	// as a share of the largest; it is absent where Python has none.
	Off *float64 `json:"off,omitempty"`
}

// taken is what a call took, or why it was not measured.
type taken struct {
	Seconds float64 `json:"seconds,omitempty"` // median
	Rounds  int     `json:"rounds,omitempty"`
	Missing string  `json:"missing,omitempty"`
}

// ratio is what a takes of b; false if one of them was not measured.
func ratio(a, b taken) (float64, bool) {
	if a.Seconds == 0 || b.Seconds == 0 {
		return 0, false
	}
	return a.Seconds / b.Seconds, true
}

// find is the cell of a method; it has no numbers where there is none.
func (r *report) find(model, method string, rows int) cell {
	for _, c := range r.Cells {
		if c.Model == model && c.Method == method && c.Rows == rows {
			return c
		}
	}
	return cell{}
}

// facts of a model; they are empty where there are none.
func (r *report) facts(model string) facts {
	for _, f := range r.Facts {
		if f.Model == model {
			return f
		}
	}
	return facts{}
}

func (r *report) write(file string) error {
	return tensorfile.ReplaceFile(file, func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", " ")
		return e.Encode(r)
	})
}

func readReport(file string) (report, error) {
	var r report
	text, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(text, &r)
	}
	return r, err
}
