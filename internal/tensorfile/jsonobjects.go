package tensorfile

import (
	"bytes"
	"slices"
)

// Objects is an array whose elements are objects: each has the element of every
// field that stands at its place.
type Objects struct {
	Name   string
	Fields []Named // of one shape, at least one
}

func checkObjects(v []Named, objects []Objects) error {
	for _, o := range objects {
		if err := checkNames(o.Fields); err != nil {
			return err
		}
		for _, f := range o.Fields {
			if !slices.Equal(f.Tensor.Shape(), o.Fields[0].Tensor.Shape()) {
				return refuse("the fields of array %q are not of one shape", o.Name)
			}
		}
		if len(o.Fields) == 0 {
			return refuse("array %q has no fields", o.Name)
		}
		v = append(slices.Clone(v), Named{o.Name, o.Fields[0].Tensor})
	}
	return checkNames(v)
}

// objectOf writes element i of every field.
func objectOf(fields []Named) (func(*bytes.Buffer, int) error, error) {
	var elements []func(*bytes.Buffer, int) error
	var starts []string
	for i, f := range fields {
		element, err := elementOf(f)
		if err != nil {
			return nil, err
		}
		name, err := quote(f.Name)
		if err != nil {
			return nil, err
		}
		start := "{"
		if i > 0 {
			start = ","
		}
		elements, starts = append(elements, element), append(starts, start+string(name)+":")
	}
	return func(b *bytes.Buffer, i int) error {
		for k, element := range elements {
			b.WriteString(starts[k])
			if err := element(b, i); err != nil {
				return err
			}
		}
		b.WriteByte('}')
		return nil
	}, nil
}
