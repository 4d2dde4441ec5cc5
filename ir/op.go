package ir

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// Op is an operation with its attributes. The set is closed: every
// implementation is a struct of this package, used by pointer, whose exported
// fields are the attributes. An Op is immutable once it is in a graph.
type Op interface {
	// Type is the operation's name, such as "Conv".
	Type() string
	// Infer checks attributes and input shapes, and says which outputs and
	// parameters follow from them.
	Infer(in []Shape) (Signature, error)
	// canonical is what Canonical returns; it closes the set.
	canonical(in []Shape) Op
}

// Canonical is the operation with every attribute that the input shapes make
// irrelevant, or that has two spellings, brought to one form: two operations
// that compute the same for these inputs, and for every batch size, are equal
// in this form. Infer must accept the shapes.
func Canonical(op Op, in []Shape) Op { return op.canonical(in) }

// Signature is what an operation has for given input shapes.
type Signature struct {
	Outputs []Shape
	Params  []Param
}

// Param describes one learned tensor of an operation.
type Param struct {
	Role  string // such as "weights" or "bias"
	Shape Shape
}

// Attribute is one named attribute of an operation in printable form.
type Attribute struct{ Name, Value string }

// Attributes lists the attributes of an operation that differ from the zero
// value of their type, in declaration order. The text of a float is the
// shortest that reads back to the same float32.
func Attributes(op Op) []Attribute {
	var list []Attribute
	collect(reflect.ValueOf(op).Elem(), &list)
	return list
}

func collect(v reflect.Value, list *[]Attribute) {
	for i := range v.NumField() {
		field, value := v.Type().Field(i), v.Field(i)
		if field.Anonymous {
			collect(value, list)
			continue
		}
		if text := attributeText(value); text != "" {
			*list = append(*list, Attribute{field.Name, text})
		}
	}
}

// attributeText is empty for a zero value or an empty slice.
func attributeText(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Slice:
		var parts []string
		for i := range v.Len() {
			if e := v.Index(i); e.IsZero() {
				parts = append(parts, "0")
			} else {
				parts = append(parts, attributeText(e))
			}
		}
		return strings.Join(parts, ",")
	case reflect.Float32:
		// Minus zero counts as zero, as in every format's defaults.
		if v.Float() == 0 {
			return ""
		}
		return strconv.FormatFloat(v.Float(), 'g', -1, 32)
	}
	if v.IsZero() {
		return ""
	}
	return fmt.Sprint(v.Interface())
}

// arity refuses a wrong number of inputs.
func arity(in []Shape, want int) error {
	if len(in) != want {
		return Errorf(ErrInvalid, "needs %d inputs, has %d", want, len(in))
	}
	return nil
}

// same is the signature of an operation on one input that keeps its shape and
// has no parameters.
func same(in []Shape) (Signature, error) {
	if err := arity(in, 1); err != nil {
		return Signature{}, err
	}
	return Signature{Outputs: []Shape{in[0]}}, nil
}
