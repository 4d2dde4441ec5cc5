package tf

import (
	"reflect"

	"github.com/alexconv/alexconv/ir"
)

// row is one operation in both directions.
type row struct {
	// op is a zero value of the ir operation, nil for what TensorFlow alone
	// has.
	op ir.Op
	// write makes the TensorFlow nodes of an ir node.
	write func(*lowering, ir.Op) error
	// read holds the TensorFlow operations that become this one.
	read map[string]func(*call)
	// note says why write or read is empty.
	note string
}

// notHere says why some of Caffe's layers have no form.
const notHere = "no net of AlexNet's family has one: it is refused by name"

// table lists every operation that is read or written.
var table = []row{
	{op: &ir.Input{}, read: reads{"Placeholder": readPlaceholder}, note: "written with the batch that the options say: input.go"},
	{op: &ir.Conv{}, write: writes(writeConv), read: reads{
		"Conv2D":                readConv2D,
		"DepthwiseConv2dNative": readDepthwise,
	}},
	{op: &ir.Pool{}, write: writes(writePool), read: reads{
		"MaxPool": readMaxPool,
		"AvgPool": readAvgPool,
		"Mean":    readMean,
		"Max":     readMax,
	}},
	{op: &ir.LRN{}, write: writes(writeLRN), read: reads{"LRN": readLRN}},
	{op: &ir.ReLU{}, write: writes(writeReLU), read: reads{"Relu": readRelu, "LeakyRelu": readLeakyRelu}},
	{op: &ir.PReLU{}, write: writes(writePReLU), note: "composed of several nodes, which its mark names: activation.go"},
	{op: &ir.Sigmoid{}, write: writes(writeSigmoid), read: reads{"Sigmoid": readSigmoid}},
	{op: &ir.Tanh{}, write: writes(writeTanh), read: reads{"Tanh": readTanh}},
	{op: &ir.Abs{}, write: writes(writeAbs), read: reads{"Abs": readAbs}},
	{op: &ir.ELU{}, write: writes(writeELU), read: reads{"Elu": readElu}},
	{op: &ir.Softplus{}, write: writes(writeSoftplus), read: reads{"Softplus": readSoftplus}},
	{op: &ir.Exp{}, write: writes(writeExp), read: reads{"Exp": readExp}},
	{op: &ir.Log{}, write: writes(writeLog), read: reads{"Log": readLog}},
	{op: &ir.FullyConnected{}, write: writes(writeFullyConnected), read: reads{"MatMul": readMatMul}},
	{op: &ir.Softmax{}, write: writes(writeSoftmax), read: reads{"Softmax": readSoftmax}},
	{op: &ir.BatchNorm{}, write: writes(writeBatchNorm), read: reads{
		"FusedBatchNorm":   readFusedBatchNorm,
		"FusedBatchNormV2": readFusedBatchNorm,
		"FusedBatchNormV3": readFusedBatchNorm,
	}},
	{op: &ir.Scale{}, write: writes(writeScale), read: reads{"Mul": readMul}},
	{op: &ir.Bias{}, write: writes(writeBias), read: reads{"BiasAdd": readBiasAdd}},
	{op: &ir.Eltwise{}, write: writes(writeEltwise), read: reads{
		"Add":     readAdd,
		"AddV2":   readAdd,
		"Sub":     readSub,
		"AddN":    readAddN,
		"Maximum": readMaximum,
	}},
	{op: &ir.Concat{}, write: writes(writeConcat), read: reads{"ConcatV2": readConcatV2}},
	{op: &ir.Slice{}, write: writes(writeSlice), read: reads{"Split": readSplit, "SplitV": readSplitV}},
	{op: &ir.Flatten{}, write: writes(writeFlatten), read: reads{"Squeeze": readSqueeze}},
	{op: &ir.Reshape{}, write: writes(writeReshape), read: reads{"Reshape": readReshape}},
	{op: &ir.Dropout{}, write: writes(writeDropout), note: "an Identity, which its mark names: identity.go"},
	{op: &ir.Split{}, write: writes(writeCopies), read: reads{"Identity": readIdentity, "StopGradient": readIdentity}},
	{op: &ir.Silence{}, note: "a TensorFlow value needs no reader; the graph's mark restores the layer: mark.go"},
	{op: &ir.ArgMax{}, note: notHere},
	{op: &ir.Clip{}, note: notHere},
	{op: &ir.Crop{}, note: notHere},
	{op: &ir.Deconv{}, note: notHere},
	{op: &ir.Embed{}, note: notHere},
	{op: &ir.MVN{}, note: notHere},
	{op: &ir.Power{}, note: notHere},
	{op: &ir.Reduction{}, note: notHere},
	{op: &ir.SPP{}, note: notHere},
	{op: &ir.Swish{}, note: notHere},
	{op: &ir.Threshold{}, note: notHere},
	{op: &ir.Tile{}, note: notHere},
	{op: &ir.LogSoftmax{}, note: notHere},
	{op: &ir.Pad{}, note: notHere},
	{op: &ir.Transpose{}, note: notHere},
	{read: reads{"Pad": readPad, "PadV2": readPad}, note: "padding is an attribute of the layer that reads it"},
	{read: reads{"Transpose": readTranspose}, note: "the order of axes is the reader's to keep: order.go"},
	{read: reads{"NoOp": func(*call) {}}, note: "it only orders execution"},
	{read: reads{"Shape": readShape, "StridedSlice": readStridedSlice, "Pack": readPack}, note: "shapes are known when the graph is read: shape.go"},
}

type reads = map[string]func(*call)

// writes adapts a writing function to the operation that it writes.
func writes[T ir.Op](write func(*lowering, T) error) func(*lowering, ir.Op) error {
	return func(l *lowering, op ir.Op) error { return write(l, op.(T)) }
}

// The table by ir type, and by TensorFlow's.
var (
	writers    = make(map[string]func(*lowering, ir.Op) error)
	operations = make(map[string]reflect.Type)
	readers    = make(map[string]func(*call))
)

func init() {
	for _, r := range table {
		if r.op != nil {
			operations[r.op.Type()] = reflect.TypeOf(r.op).Elem()
		}
		if r.write != nil {
			writers[r.op.Type()] = r.write
		}
		for name, read := range r.read {
			readers[name] = read
		}
	}
}
