package caffe

import (
	"reflect"

	"github.com/alexconv/alexconv/ir"
)

// layerType is one row of the table in which the reading and the writing of a
// layer type stand side by side.
type layerType struct {
	name          string // as in LayerParameter.type
	bottoms, tops count
	// each marks a layer that treats every bottom by itself, with the same
	// parameters.
	each bool
	// inPlace reports whether the operation computes the right thing, or what
	// its attributes say, when its top overwrites its bottom; nil means never.
	inPlace func(ir.Op) bool
	// op is the operation that the row writes, a nil pointer of its type.
	op ir.Op
	// read makes the operation from the layer and its bottoms' shapes.
	read func(*layer, []ir.Shape) (ir.Op, error)
	// write fills the layer's parameters from the node; nil where there are
	// none.
	write func(*ir.Node, *message) error
	// blobs relates the layer's blobs to the operation's parameters; nil
	// means that they are the same.
	blobs *blobRule
	// fill is what Caffe's default filler gives a parameter, by its role;
	// 0 where it is not listed.
	fill map[string]float32
}

// blobRule is for a layer whose blobs are not the operation's parameters.
type blobRule struct {
	shapes func(in ir.Shape) []ir.Shape
	load   func(op ir.Op, blobs []*ir.Tensor) []*ir.Tensor
	store  func(op ir.Op, in ir.Shape, params []*ir.Tensor) []*ir.Tensor
}

// count bounds the number of bottoms or tops.
type count struct{ low, high int }

const unbounded = 1 << 30

func exactly(n int) count { return count{n, n} }
func atLeast(n int) count { return count{n, unbounded} }

// layerTypes is the table.
var layerTypes = []*layerType{
	inputLayer,
	convolutionLayer,
	deconvolutionLayer,
	poolingLayer,
	sppLayer,
	lrnLayer,
	innerProductLayer,
	embedLayer,
	reluLayer,
	preluLayer,
	sigmoidLayer,
	tanhLayer,
	absValLayer,
	eluLayer,
	bnllLayer,
	swishLayer,
	clipLayer,
	thresholdLayer,
	powerLayer,
	expLayer,
	logLayer,
	softmaxLayer,
	batchNormLayer,
	scaleLayer,
	biasLayer,
	mvnLayer,
	eltwiseLayer,
	concatLayer,
	sliceLayer,
	cropLayer,
	tileLayer,
	reductionLayer,
	argMaxLayer,
	flattenLayer,
	reshapeLayer,
	dropoutLayer,
	splitLayer,
	silenceLayer,
}

// typeByName and typeByOp index the table for reading and for writing.
var (
	typeByName = make(map[string]*layerType)
	typeByOp   = make(map[reflect.Type]*layerType)
)

func init() {
	for _, t := range layerTypes {
		typeByName[t.name] = t
		typeByOp[opType(t.op)] = t
	}
}

// unreadTypes are the further layer types that Caffe has. They run code of the
// user's, keep a state from one run to the next, or have tops whose shape
// depends on numbers.
var unreadTypes = []string{
	"BatchReindex", "Filter", "Im2col", "LSTM", "LSTMUnit", "Parameter", "Python", "RNN",
}

func always(ir.Op) bool { return true }

// without makes a reader for a layer type that has no parameters to read.
func without(op ir.Op) func(*layer, []ir.Shape) (ir.Op, error) {
	return func(*layer, []ir.Shape) (ir.Op, error) { return op, nil }
}

// refuse is the error for a node that no Caffe layer computes.
func refuse(n *ir.Node, format string, args ...any) error {
	return n.Errorf(ir.ErrUnsupported, "Caffe cannot express it: "+format, args...)
}

// axisOf is an axis given as axis, or as the older unsigned field that does not
// count from the end.
func axisOf(l *layer, m *message, older string) (int, error) {
	if !m.has(older) {
		return m.num("axis", 1), nil
	}
	axis := m.num(older, 1)
	switch {
	case m.has("axis"):
		return 0, l.errorAt(m.place(older), "has both axis and %s; give one", older)
	case axis >= maxAxes:
		return 0, l.errorAt(m.place(older), "%s %d is out of range", older, axis)
	}
	return axis, nil
}

func opType(op ir.Op) reflect.Type { return reflect.TypeOf(op) }
