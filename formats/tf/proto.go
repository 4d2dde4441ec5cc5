package tf

import "github.com/alexconv/alexconv/ir"

// The messages of TensorFlow's graph.proto, node_def.proto, attr_value.proto,
// tensor.proto and tensor_shape.proto, with the fields that alexconv uses.
// Field numbers stand in decode.go and encode.go.

// graphDef is a GraphDef.
type graphDef struct {
	nodes    []*node
	producer int64 // the version of TensorFlow's graphs that it follows
}

// node is a NodeDef. Its outputs are called NAME, NAME:1, NAME:2 and so on.
type node struct {
	name       string
	op         string
	inputs     []string // without control inputs, and with NAME:0 as NAME
	attributes []*attribute
}

// attributeKind says which of an AttrValue's fields is set.
type attributeKind int

// The kinds of attribute that alexconv reads.
const (
	kindOther attributeKind = iota // set, but not read: a function, a placeholder
	kindString
	kindInt
	kindFloat
	kindBool
	kindType
	kindShape
	kindTensor
	kindList
)

func (k attributeKind) String() string {
	return [...]string{"another", "string", "int", "float", "bool", "type", "shape", "tensor", "list"}[k]
}

// attribute is an entry of NodeDef.attr; kind says which of the values holds.
type attribute struct {
	name   string
	kind   attributeKind
	string string
	int    int64 // an int, a bool or a type
	float  float32
	shape  shape
	tensor *tensor
	ints   []int64 // of a list
	other  bool    // the list holds something else than ints
}

// shape is a TensorShapeProto; a dimension of -1 is open.
type shape struct {
	unranked bool
	dims     []int64
}

// dataType is DataType.
type dataType int64

// The element types that alexconv reads.
const (
	typeFloat    dataType = 1
	typeDouble   dataType = 2
	typeInt32    dataType = 3
	typeInt64    dataType = 9
	typeBfloat16 dataType = 14
	typeHalf     dataType = 19
)

func (t dataType) String() string {
	names := [...]string{"undefined", "float32", "float64", "int32", "uint8", "int16", "int8", "string", "complex64", "int64",
		"bool", "qint8", "quint8", "qint32", "bfloat16", "qint16", "quint16", "uint16", "complex128", "float16"}
	if t < 0 || int(t) >= len(names) {
		return "unknown"
	}
	return names[t]
}

// size is the bytes per element in tensor_content, 0 for a type that is not
// read.
func (t dataType) size() int {
	switch t {
	case typeBfloat16, typeHalf:
		return 2
	case typeFloat, typeInt32:
		return 4
	case typeDouble, typeInt64:
		return 8
	}
	return 0
}

// tensor is a TensorProto, or one to be written: then its elements are ints,
// floats, or a parameter of the graph in the order that layout says.
type tensor struct {
	name string // of the Const node
	kind dataType
	dims ir.Shape
	mark nodeMark

	content []byte  // tensor_content, little-endian
	values  []byte  // float_val or double_val, in the same form as content
	varints []int64 // int_val, int64_val or half_val

	floats []float32
	ints   []int64
	source *ir.Tensor
	layout layout
}
