package main

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
	Machine machine `json:"machine"`
	Cells   []cell  `json:"cells"`
}

// machine says where a report was measured.
type machine struct {
	CPU        string            `json:"cpu"`
	Cores      int               `json:"cores"`
	Flags      []string          `json:"flags"` // vector instructions
	OS         string            `json:"os"`
	Go         string            `json:"go"`
	TensorFlow string            `json:"tensorflow"` // ours
	Python     string            `json:"python"`     // the other side's TensorFlow and Keras
	Env        map[string]string `json:"env"`        // variables that TensorFlow reads
	Commit     string            `json:"commit"`
	Date       string            `json:"date"`
}

// cell is one method at one number of rows.
type cell struct {
	Model  string           `json:"model"`
	Method string           `json:"method"`
	Rows   int              `json:"rows"`
	Taken  map[string]taken `json:"taken"` // by column
	// Off is the largest difference of our values of the first row from Python's,
	// as a share of the largest; it is absent where they compute different things.
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

// find is the cell of a method beside c, with the same model and rows.
func (r *report) find(model, method string, rows int) (cell, bool) {
	for _, c := range r.Cells {
		if c.Model == model && c.Method == method && c.Rows == rows {
			return c, true
		}
	}
	return cell{}, false
}
