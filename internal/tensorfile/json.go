package tensorfile

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// readJSON reads a nested list, or an object with a single one.
func readJSON(r io.Reader, size int64, asText bool, b *budget) (*tensor.Tensor, error) {
	bare, arrays, err := parseJSON(r, size, asText, b)
	if err != nil || bare != nil {
		return bare, err
	}
	return only(arrays)
}

func readJSONObject(r io.Reader, size int64, b *budget) (map[string]*tensor.Tensor, error) {
	bare, arrays, err := parseJSON(r, size, false, b)
	if err == nil && bare != nil {
		return nil, &Error{Given: bare.String(), Wanted: `an object {"name": [...], ...}`, Reason: "the array has no name"}
	}
	return arrays, err
}

func parseJSON(r io.Reader, size int64, asText bool, b *budget) (*tensor.Tensor, map[string]*tensor.Tensor, error) {
	if err := b.whole(size); err != nil {
		return nil, nil, err
	}
	d := &jsonReader{dec: json.NewDecoder(r), asText: asText, budget: b}
	d.dec.UseNumber()
	first, err := d.token()
	if err != nil {
		return nil, nil, err
	}
	var bare *tensor.Tensor
	var arrays map[string]*tensor.Tensor
	if first == json.Delim('{') {
		arrays, err = d.object()
	} else {
		bare, err = d.array(first)
	}
	if err != nil {
		return nil, nil, err
	}
	if _, err := d.dec.Token(); !errors.Is(err, io.EOF) {
		return nil, nil, refuse("there is more after the end of the JSON value, at byte %d", d.dec.InputOffset())
	}
	return bare, arrays, nil
}

type jsonReader struct {
	dec    *json.Decoder
	asText bool // "NaN" is a text and not a number
	budget *budget
}

func (d *jsonReader) token() (json.Token, error) {
	tok, err := d.dec.Token()
	if err != nil {
		reason := err.Error()
		if errors.Is(err, io.EOF) {
			reason = "the text ends early"
		}
		if strings.HasPrefix(reason, "invalid character 'N'") || strings.HasPrefix(reason, "invalid character 'I'") {
			reason += `; write "NaN" or "Infinity" with quotes`
		}
		return nil, &Error{Reason: fmt.Sprintf("%s, at byte %d", reason, d.dec.InputOffset()), Err: err}
	}
	return tok, nil
}

func (d *jsonReader) object() (map[string]*tensor.Tensor, error) {
	arrays := map[string]*tensor.Tensor{}
	for {
		key, err := d.token()
		if err != nil {
			return nil, err
		}
		name, ok := key.(string)
		if !ok { // the closing brace
			return arrays, nil
		}
		if arrays[name] != nil {
			return nil, refuse("the object has two members %q", name)
		}
		first, err := d.token()
		if err != nil {
			return nil, err
		}
		if arrays[name], err = d.array(first); err != nil {
			e := *at("", err).(*Error)
			e.Reason = fmt.Sprintf("array %q: %s", name, e.Reason)
			return nil, &e
		}
	}
}

func (d *jsonReader) array(first json.Token) (*tensor.Tensor, error) {
	a := &jsonArray{jsonReader: d, leaf: -1}
	if err := a.value(first, nil); err != nil {
		return nil, err
	}
	if a.is == jsonNone && d.asText { // only empty lists, which have no type
		a.is = jsonText
	}
	switch a.is {
	case jsonBool:
		return wrap(tensor.New(a.bools, a.shape...))
	case jsonText:
		if !a.special || d.asText {
			return wrap(tensor.New(a.texts, a.shape...))
		}
		a.textsToNumbers()
	}
	return a.nums.tensor(a.shape)
}

type jsonKind string

const (
	jsonNone   jsonKind = ""
	jsonNumber jsonKind = "number"
	jsonText   jsonKind = "string"
	jsonBool   jsonKind = "bool"
)

// jsonArray is one nested list on its way in. The first list of each depth
// sets the size that all others of that depth must have.
type jsonArray struct {
	*jsonReader
	shape []int // by depth
	leaf  int   // depth of the elements, -1 before the first
	is    jsonKind
	nums  numbers
	texts []string
	bools []bool
	// special says that all texts so far name numbers, as "NaN" does. They
	// are numbers then, unless texts are wanted.
	special bool
}

// openAxis marks an axis whose first list is still being read.
const openAxis = -1

func (a *jsonArray) value(tok json.Token, path []int) error {
	depth := len(path)
	if delim, ok := tok.(json.Delim); ok {
		if delim != '[' {
			return refuse("an object at %s; only lists can be nested: write {\"name\": [...], ...}, a list for each input", where(path))
		}
		return a.list(path)
	}
	if a.leaf < 0 && len(a.shape) == depth {
		a.leaf = depth
	}
	if a.leaf != depth {
		return refuse("an element at %s where the others have a list", where(path))
	}
	return a.element(tok, path)
}

func (a *jsonArray) list(path []int) error {
	depth := len(path)
	if depth == MaxRank {
		return refuse("lists are nested deeper than %d", MaxRank)
	}
	if a.leaf >= 0 && depth >= a.leaf {
		return refuse("a list at %s where the others have an element", where(path))
	}
	if depth == len(a.shape) {
		a.shape = append(a.shape, openAxis)
	}
	count, inner := 0, append(slices.Clip(path), 0)
	for {
		tok, err := a.token()
		if err != nil {
			return err
		}
		if tok == json.Delim(']') {
			break
		}
		inner[depth] = count
		if count == a.shape[depth] {
			return refuse("the list at %s is longer than the others of %d", where(path), count)
		}
		if err := a.value(tok, inner); err != nil {
			return err
		}
		count++
	}
	if a.shape[depth] == openAxis {
		a.shape[depth] = count
	}
	if count != a.shape[depth] {
		return refuse("the list at %s has %d elements where the others have %d", where(path), count, a.shape[depth])
	}
	return nil
}

func (a *jsonArray) element(tok json.Token, path []int) error {
	is, size := jsonNone, int64(8) // a number
	switch v := tok.(type) {
	case json.Number:
		is = jsonNumber
	case bool:
		is, size = jsonBool, 1
	case string:
		is, size = jsonText, bytesOfString+int64(len(v))
	default:
		return refuse("null at %s; write \"NaN\" for a number that is missing", where(path))
	}
	if err := a.budget.take(1, size); err != nil {
		return err
	}
	if name, ok := tok.(string); ok && a.is == jsonNumber {
		if f, ok := specialNumber(name); ok {
			a.nums.addFloat(f)
			return nil
		}
	}
	if a.is == jsonText && is == jsonNumber && a.special {
		a.textsToNumbers()
		a.is = jsonNumber
	}
	if a.is == jsonNone {
		a.is, a.special = is, true
	}
	if a.is != is {
		return refuse("a %s at %s where the others are of kind %s", is, where(path), a.is)
	}
	switch v := tok.(type) {
	case json.Number:
		if !a.nums.add(v.String()) {
			return refuse("the number %.40s at %s does not fit a float64", v, where(path))
		}
	case bool:
		a.bools = append(a.bools, v)
	case string:
		if _, ok := specialNumber(v); !ok {
			a.special = false
		}
		a.texts = append(a.texts, v)
	}
	return nil
}

func (a *jsonArray) textsToNumbers() {
	for _, name := range a.texts {
		f, _ := specialNumber(name) // that all are special was checked
		a.nums.addFloat(f)
	}
	a.texts = nil
}

// where is a position in nested lists, such as [1][2].
func where(path []int) string {
	if len(path) == 0 {
		return "the top"
	}
	var b strings.Builder
	for _, i := range path {
		fmt.Fprintf(&b, "[%d]", i)
	}
	return b.String()
}
