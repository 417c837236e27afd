package metrics

import (
	"fmt"
	"maps"
	"slices"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// defaultBatchSize is where the rows of a small convolutional net (digits_cnn of
// the zoo, two cores) stop getting cheaper: 540 us for one alone, 18 us each of
// 16 or 64, 14 us of 128 or 512.
const defaultBatchSize = 64

// Data is what is judged, and how inputs are perturbed.
type Data struct {
	// Inputs are the explained rows, by key. The first axis of each is the row
	// axis. Inputs without attributions keep the values of their row.
	Inputs map[string]*tensor.Tensor

	// Attributions are judged, by the key of their input: real numbers in the
	// input's shape, or in that shape with further axes (an embedding's), over
	// which they are summed.
	Attributions map[string]*tensor.Tensor

	// Baseline is what a removed feature becomes, by key, in the input's type:
	// one row for all, or one for each row. An input that is not here has zeros
	// (false, the empty string).
	Baseline map[string]*tensor.Tensor

	// GroupChannels takes the last axis of every input that has axes beside it,
	// row axis not counted, for channels: all channels of a pixel, or all
	// numbers of an embedding, are one feature and are removed together.
	// Otherwise each element is a feature.
	GroupChannels bool

	// BatchSize is how many rows one call of Score or Explain gets at most. 0:
	// 64. It changes no result beyond the model's own rounding.
	BatchSize int
}

// study is Data that was checked and laid out by feature. The features of a row
// are counted through all attributed inputs, in the order of their keys.
type study struct {
	inputs   []input
	rows     int
	features int
	batch    int
}

// input is one input. Without attributions it has no features.
type input struct {
	key    string
	x, x0  *tensor.Tensor
	r      *tensor.Tensor // nil: held
	size   int            // elements of a row
	width  int            // elements of a feature
	first  int            // number of its first feature
	count  int            // features
	spaces []int          // the axes of a row, channels left out if they are grouped
}

func (d Data) study() (*study, error) {
	if d.BatchSize < 0 {
		return nil, &OptionError{Field: "BatchSize", Given: fmt.Sprint(d.BatchSize), Wanted: "0 (64 rows) or a positive number of rows"}
	}
	if len(d.Attributions) == 0 {
		return nil, &OptionError{Field: "Attributions", Given: "empty", Wanted: "the attributions of an input at least"}
	}
	for _, m := range []map[string]*tensor.Tensor{d.Attributions, d.Baseline} {
		for _, key := range slices.Sorted(maps.Keys(m)) {
			if d.Inputs[key] == nil || m[key] == nil {
				return nil, &InputError{Input: key, Reason: "it has attributions or a baseline, but no values; wanted tensors for both"}
			}
		}
	}
	s := &study{rows: -1, batch: d.BatchSize}
	if s.batch == 0 {
		s.batch = defaultBatchSize
	}
	for _, key := range slices.Sorted(maps.Keys(d.Inputs)) {
		in, err := d.input(key)
		if err != nil {
			return nil, err
		}
		if rows := in.x.Shape()[0]; s.rows < 0 {
			s.rows = rows
		} else if rows != s.rows {
			return nil, &InputError{Input: key, Reason: fmt.Sprintf("it has %d rows, and another input has %d; wanted equally many", rows, s.rows)}
		}
		in.first = s.features
		s.features += in.count
		s.inputs = append(s.inputs, in)
	}
	if s.rows == 0 || s.features == 0 {
		return nil, &OptionError{Field: "Inputs", Given: fmt.Sprintf("%d rows of %d features", s.rows, s.features), Wanted: "a row and a feature at least"}
	}
	return s, nil
}

func (d Data) input(key string) (input, error) {
	in := input{key: key, x: d.Inputs[key], r: d.Attributions[key], x0: d.Baseline[key], width: 1}
	if in.x == nil || len(in.x.Shape()) == 0 {
		return in, &InputError{Input: key, Reason: "it has no row axis; wanted a tensor whose first axis counts the rows"}
	}
	rows, row := in.x.Shape()[0], in.x.Shape()[1:]
	var err error
	if in.size, err = tensor.Count(row); err != nil {
		return in, err
	}
	if in.r == nil {
		return in, nil
	}
	if have := in.r.Shape(); len(have) < len(in.x.Shape()) || !slices.Equal(have[:len(in.x.Shape())], in.x.Shape()) {
		return in, &InputError{Input: key, Reason: fmt.Sprintf("its attributions are %v and its values %v; wanted the same shape, or further axes after it", in.r, in.x)}
	}
	if t := in.r.DType(); !t.IsFloat() && !t.IsInteger() {
		return in, &InputError{Input: key, Reason: fmt.Sprintf("its attributions are %v; wanted real numbers", in.r)}
	}
	if in.x0 == nil {
		if in.x0, err = tensor.Zeros(in.x.DType(), append([]int{1}, row...)...); err != nil {
			return in, err
		}
	}
	have := in.x0.Shape()
	if in.x0.DType() != in.x.DType() || len(have) != len(row)+1 || !slices.Equal(have[1:], row) || have[0] != 1 && have[0] != rows {
		return in, &InputError{Input: key, Reason: fmt.Sprintf("its baseline is %v and its values %v; wanted the same type, and one row or as many", in.x0, in.x)}
	}
	in.spaces = row
	if last := len(row) - 1; d.GroupChannels && last > 0 {
		in.width, in.spaces = row[last], row[:last]
	}
	if in.size > 0 {
		in.count = in.size / in.width
	}
	return in, nil
}

// baselineRow is the row of x0 that a row is compared with.
func (in *input) baselineRow(row int) int {
	if in.x0.Shape()[0] == 1 {
		return 0
	}
	return row
}

// values are the numbers of one row of a tensor.
func values(t *tensor.Tensor, row int) ([]float64, error) {
	r, err := t.Rows(row, row+1)
	if err != nil {
		return nil, err
	}
	return r.Float64s()
}
