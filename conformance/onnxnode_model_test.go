package conformance

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/alexconv/alexconv/ir"
)

// nodeTest is one test of ONNX's own backend suite: a model, the tensors that
// it is given and those that it must give, all as protobuf messages.
type nodeTest struct {
	model           []byte
	inputs, outputs [][]byte
}

// openNodeTest reads the first data set of a test's folder.
func openNodeTest(folder string) (nodeTest, error) {
	var c nodeTest
	var err error
	if c.model, err = os.ReadFile(filepath.Join(folder, "model.onnx")); err != nil {
		return c, err
	}
	for kind, list := range map[string]*[][]byte{"input": &c.inputs, "output": &c.outputs} {
		for i := 0; ; i++ {
			data, err := os.ReadFile(filepath.Join(folder, "test_data_set_0", fmt.Sprintf("%s_%d.pb", kind, i)))
			if os.IsNotExist(err) {
				break
			}
			if err != nil {
				return c, err
			}
			*list = append(*list, data)
		}
	}
	return c, nil
}

// message is a protobuf message as the list of its fields.
type message []messageField

type messageField struct {
	number protowire.Number
	wire   protowire.Type
	value  []byte // without length for a length-delimited field
	whole  []byte // with its tag
}

func parseMessage(b []byte) (message, error) {
	var m message
	for len(b) > 0 {
		number, wire, tag := protowire.ConsumeTag(b)
		if tag < 0 {
			return nil, protowire.ParseError(tag)
		}
		n := protowire.ConsumeFieldValue(number, wire, b[tag:])
		if n < 0 {
			return nil, protowire.ParseError(n)
		}
		f := messageField{number, wire, b[tag : tag+n], b[:tag+n]}
		if wire == protowire.BytesType {
			f.value, _ = protowire.ConsumeBytes(b[tag:])
		}
		m = append(m, f)
		b = b[tag+n:]
	}
	return m, nil
}

// all gives the values of every field with this number.
func (m message) all(number protowire.Number) [][]byte {
	var list [][]byte
	for _, f := range m {
		if f.number == number {
			list = append(list, f.value)
		}
	}
	return list
}

// text gives the value of the last field with this number as a string.
func (m message) text(number protowire.Number) string {
	if list := m.all(number); len(list) > 0 {
		return string(list[len(list)-1])
	}
	return ""
}

// The fields of ONNX's messages that the tests look at.
const (
	modelGraph       = 7
	graphNode        = 1
	graphInitialiser = 5
	graphInput       = 11
	graphOutput      = 12
	nodeOpType       = 4
	infoName         = 1
	tensorDims       = 1
	tensorType       = 2
	tensorFloats     = 4
	tensorName       = 8
	tensorRaw        = 9
)

func (c nodeTest) graph() (message, error) {
	m, err := parseMessage(c.model)
	if err != nil {
		return nil, err
	}
	return parseMessage([]byte(m.text(modelGraph)))
}

// operations are the types of the graph's nodes.
func (c nodeTest) operations() ([]string, error) {
	g, err := c.graph()
	if err != nil {
		return nil, err
	}
	var list []string
	for _, n := range g.all(graphNode) {
		m, err := parseMessage(n)
		if err != nil {
			return nil, err
		}
		list = append(list, m.text(nodeOpType))
	}
	return list, nil
}

// names are those of the graph's inputs that no initialiser provides, or of its
// outputs.
func (c nodeTest) names(field protowire.Number) ([]string, error) {
	g, err := c.graph()
	if err != nil {
		return nil, err
	}
	var constants, list []string
	for _, t := range g.all(graphInitialiser) {
		m, err := parseMessage(t)
		if err != nil {
			return nil, err
		}
		constants = append(constants, m.text(tensorName))
	}
	for _, info := range g.all(field) {
		m, err := parseMessage(info)
		if err != nil {
			return nil, err
		}
		if name := m.text(infoName); !slices.Contains(constants, name) {
			list = append(list, name)
		}
	}
	return list, nil
}

// withConstants is the model in which every input but the first is an
// initialiser that holds the test's tensor.
func (c nodeTest) withConstants() ([]byte, error) {
	g, err := c.graph()
	if err != nil {
		return nil, err
	}
	inputs, err := c.names(graphInput)
	if err != nil || len(inputs) != len(c.inputs) || len(inputs) < 2 {
		return c.model, err
	}
	var graph []byte
	for _, f := range g {
		if f.number == graphInput {
			info, err := parseMessage(f.value)
			if err != nil {
				return nil, err
			}
			if slices.Contains(inputs[1:], info.text(infoName)) {
				continue
			}
		}
		graph = append(graph, f.whole...)
	}
	for i, name := range inputs[1:] {
		t := protowire.AppendTag(slices.Clone(c.inputs[1+i]), tensorName, protowire.BytesType)
		graph = protowire.AppendTag(graph, graphInitialiser, protowire.BytesType)
		graph = protowire.AppendBytes(graph, protowire.AppendString(t, name))
	}
	m, err := parseMessage(c.model)
	if err != nil {
		return nil, err
	}
	var model []byte
	for _, f := range m {
		if f.number != modelGraph {
			model = append(model, f.whole...)
		}
	}
	model = protowire.AppendTag(model, modelGraph, protowire.BytesType)
	return protowire.AppendBytes(model, graph), nil
}

// parseTensor decodes a TensorProto of float32 values, in any of their forms.
func parseTensor(b []byte) (*ir.Tensor, error) {
	m, err := parseMessage(b)
	if err != nil {
		return nil, err
	}
	t := &ir.Tensor{Shape: ir.Shape{}, Data: []float32{}}
	kind := uint64(0)
	for _, f := range m {
		switch f.number {
		case tensorDims:
			if f.wire == protowire.VarintType {
				v, _ := protowire.ConsumeVarint(f.value)
				t.Shape = append(t.Shape, int(v))
				continue
			}
			for packed := f.value; len(packed) > 0; {
				v, n := protowire.ConsumeVarint(packed)
				if n < 0 {
					return nil, protowire.ParseError(n)
				}
				t.Shape = append(t.Shape, int(v))
				packed = packed[n:]
			}
		case tensorType:
			kind, _ = protowire.ConsumeVarint(f.value)
		case tensorFloats, tensorRaw:
			for b := f.value; len(b) >= 4; b = b[4:] {
				t.Data = append(t.Data, math.Float32frombits(binary.LittleEndian.Uint32(b)))
			}
		}
	}
	if kind != 1 {
		return nil, fmt.Errorf("the tensor has type %d, not float32", kind)
	}
	return t, t.Check()
}
