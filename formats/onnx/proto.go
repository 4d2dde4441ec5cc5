package onnx

// The messages of onnx.proto, with the fields that alexconv uses. Field
// numbers stand in decode.go and encode.go.

// model is a ModelProto.
type model struct {
	irVersion       int64
	producer        string
	producerVersion string
	opsets          []opsetID
	metadata        []property
	graph           *graph
	size            int64 // of the file
}

type opsetID struct {
	domain  string
	version int64
}

type property struct{ key, value string }

// graph is a GraphProto.
type graph struct {
	name         string
	doc          string
	nodes        []*node
	initialisers []*tensor
	inputs       []*valueInfo
	outputs      []*valueInfo
	values       []*valueInfo
}

// node is a NodeProto.
type node struct {
	name       string
	opType     string
	domain     string
	doc        string
	inputs     []string // an empty name is an optional input left out
	outputs    []string
	attributes []*attribute
}

// attributeType is AttributeProto.AttributeType.
type attributeType int64

// The attribute types that alexconv reads.
const (
	typeFloat  attributeType = 1
	typeInt    attributeType = 2
	typeString attributeType = 3
	typeTensor attributeType = 4
	typeFloats attributeType = 6
	typeInts   attributeType = 7
)

func (t attributeType) String() string {
	names := [...]string{"undefined", "float", "int", "string", "tensor", "graph", "floats", "ints",
		"strings", "tensors", "graphs", "sparse tensor", "sparse tensors", "type", "types"}
	if t < 0 || int(t) >= len(names) {
		return "unknown"
	}
	return names[t]
}

// attribute is an AttributeProto; kind says which of the values holds.
type attribute struct {
	name  string
	kind  attributeType
	holds attributeType // what is present; the same in a valid file, or nothing
	// untyped is set where the file names no kind.
	untyped bool
	float   float32
	int     int64
	string  string
	tensor  *tensor
	floats  []float32
	ints    []int64
}

// elementType is TensorProto.DataType.
type elementType int64

// The element types that alexconv reads.
const (
	elementFloat    elementType = 1
	elementUint8    elementType = 2
	elementInt8     elementType = 3
	elementInt32    elementType = 6
	elementInt64    elementType = 7
	elementBool     elementType = 9
	elementFloat16  elementType = 10
	elementDouble   elementType = 11
	elementBfloat16 elementType = 16
)

func (t elementType) String() string {
	names := [...]string{"undefined", "float32", "uint8", "int8", "uint16", "int16", "int32", "int64", "string",
		"bool", "float16", "double", "uint32", "uint64", "complex64", "complex128", "bfloat16"}
	if t < 0 || int(t) >= len(names) {
		return "unknown"
	}
	return names[t]
}

// integer reports whether asInts gives the elements of this type.
func (t elementType) integer() bool {
	switch t {
	case elementUint8, elementInt8, elementInt32, elementInt64, elementBool:
		return true
	}
	return false
}

// floating reports whether asFloats gives the elements of this type.
func (t elementType) floating() bool {
	switch t {
	case elementFloat, elementDouble, elementFloat16, elementBfloat16:
		return true
	}
	return false
}

// narrowed is an integer as this type holds it.
func (t elementType) narrowed(v int64) int64 {
	switch t {
	case elementUint8:
		return int64(uint8(v))
	case elementInt8:
		return int64(int8(v))
	case elementInt32:
		return int64(int32(v))
	case elementBool:
		return min(v, 1)
	}
	return v
}

// size is the bytes per element in raw_data, 0 for a type that is not read.
func (t elementType) size() int {
	switch t {
	case elementUint8, elementInt8, elementBool:
		return 1
	case elementFloat16, elementBfloat16:
		return 2
	case elementFloat, elementInt32:
		return 4
	case elementDouble, elementInt64:
		return 8
	}
	return 0
}

// tensor is a TensorProto. Its elements are in exactly one of the stores; a
// tensor that the writer makes has elements in floats or ints.
type tensor struct {
	name string
	doc  string
	dims []int
	kind elementType

	raw    []byte // raw_data, little-endian
	packed []byte // float_data or double_data, in the same form as raw
	varint []byte // int32_data or int64_data, one varint after the other

	external *external // where raw is to come from

	floats []float32
	ints   []int64
	// extentOf says of each integer that is the extent of a computed value along
	// an axis which axis that is, plus 1; nil or 0 where it is none.
	extentOf []int
}

// valueInfo is a ValueInfoProto of a tensor type.
type valueInfo struct {
	name string
	doc  string
	kind elementType
	// ranked is false where the type has no shape at all.
	ranked bool
	dims   []dimension
}

// dimension is a size if it is known, else open, under a symbolic name if param
// is not empty.
type dimension struct {
	known bool
	value int64
	param string
}
