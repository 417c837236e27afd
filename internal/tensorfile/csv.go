package tensorfile

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// readCSV reads one row a line, [rows, columns]. Fields are separated by
// commas and quoted as RFC 4180 has it.
//
// Where text is wanted every line is data. Where numbers are wanted, a first
// line without any number in it is the names of the columns; a first line that
// mixes both is refused, because it may as well be data with a slip in it.
// Where nothing is wanted (Invalid) the values are numbers if all but the
// first line are, else text.
func readCSV(r io.Reader, size int64, want tensor.DType, b *budget) (*tensor.Tensor, error) {
	if err := b.whole(size); err != nil {
		return nil, err
	}
	in := csv.NewReader(skipMark(r))
	in.ReuseRecord = true
	rows := &csvRows{in: in, want: want, budget: b}
	for {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		switch {
		case err == nil:
			err = rows.add(record)
		case errors.Is(err, csv.ErrFieldCount):
			line, _ := in.FieldPos(0)
			err = refuse("line %d has %d columns and line 1 has %d%s", line, len(record), in.FieldsPerRecord, separatorHelp(strings.Join(record, ",")))
		default:
			err = &Error{Reason: err.Error(), Err: err}
		}
		if err != nil {
			return nil, err
		}
	}
	return rows.tensor()
}

// separatorHelp is for files whose columns are parted by something else.
func separatorHelp(text string) string {
	if strings.ContainsAny(text, ";\t") {
		return "; columns are parted by commas, numbers have a decimal point"
	}
	return ""
}

// skipMark drops the UTF-8 byte order mark that spreadsheets put in front.
func skipMark(r io.Reader) io.Reader {
	in := bufio.NewReader(r)
	if head, _ := in.Peek(3); string(head) == "\ufeff" {
		_, _ = in.Discard(3) // they are in the buffer
	}
	return in
}

type csvRows struct {
	in     *csv.Reader
	want   tensor.DType
	budget *budget

	lines, columns int
	header         bool
	nums           numbers
	texts          []string // filled when text is, or may be, the outcome
	notNumbers     bool     // nothing was wanted, and a cell below the first line is not a number
}

func (c *csvRows) add(record []string) error {
	c.lines++
	c.columns = len(record)
	if c.want == tensor.String || c.want == tensor.Invalid {
		for _, cell := range record {
			if err := c.budget.take(1, bytesOfString+int64(len(cell))); err != nil {
				return err
			}
			c.texts = append(c.texts, strings.Clone(cell))
		}
	}
	if c.want == tensor.String || c.notNumbers {
		return nil
	}
	if c.lines == 1 {
		names := 0
		for _, cell := range record {
			if !c.isNumber(cell) {
				names++
			}
		}
		if names == len(record) {
			c.header = true
			return nil
		}
		if names > 0 && c.want != tensor.Invalid {
			i := slices.IndexFunc(record, func(cell string) bool { return !c.isNumber(cell) })
			return refuse("line 1 mixes numbers with %.40q in column %d; correct it, or take the line out if it names the columns", record[i], i+1)
		}
	}
	if err := c.budget.take(int64(len(record)), 8); err != nil {
		return err
	}
	for i, cell := range record {
		if !c.addNumber(cell) {
			if c.want == tensor.Invalid {
				c.notNumbers = true
				return nil
			}
			line, _ := c.in.FieldPos(i)
			return refuse("line %d, column %d: %.40q is not a number%s", line, i+1, cell, separatorHelp(cell))
		}
	}
	return nil
}

func (c *csvRows) isNumber(cell string) bool {
	probe := csvRows{want: c.want}
	return probe.addNumber(cell)
}

// addNumber also takes true and false where a bool is wanted.
func (c *csvRows) addNumber(cell string) bool {
	cell = strings.TrimSpace(cell)
	if c.want == tensor.Bool {
		if v, err := strconv.ParseBool(cell); err == nil {
			cell = "0"
			if v {
				cell = "1"
			}
		}
	}
	return c.nums.add(cell)
}

func (c *csvRows) tensor() (*tensor.Tensor, error) {
	if c.lines == 0 || (c.header && c.lines == 1 && c.want != tensor.Invalid) {
		return nil, refuse("it has no rows")
	}
	if c.want == tensor.String || c.notNumbers || c.header && c.lines == 1 {
		return wrap(tensor.New(c.texts, c.lines, c.columns))
	}
	if c.header {
		c.lines--
	}
	return c.nums.tensor([]int{c.lines, c.columns})
}

// ColumnNames are the names of the columns of a CSV file: its first line, if
// reading numbers of this type takes it for names, else nil. The error is an
// *Error.
func ColumnNames(path string, want tensor.DType) ([]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, at(path, err)
	}
	defer f.Close()
	record, err := csv.NewReader(skipMark(io.LimitReader(f, DefaultMaxBytes))).Read()
	if err != nil {
		return nil, at(path, err)
	}
	c := csvRows{want: want}
	if slices.ContainsFunc(record, c.isNumber) {
		return nil, nil
	}
	return record, nil
}
