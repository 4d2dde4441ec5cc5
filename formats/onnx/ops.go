package onnx

import (
	"reflect"

	"github.com/alexconv/alexconv/ir"
)

// row is one operation in both directions.
type row struct {
	// op is a zero value of the ir operation, nil for what ONNX alone has.
	op ir.Op
	// write makes the ONNX nodes of an ir node.
	write func(*lowering, ir.Op) error
	// read holds the ONNX operations that become this one.
	read map[string]func(*call)
	// note says why write or read is empty.
	note string
}

// table lists every operation that is read or written.
var table = []row{
	{op: &ir.Input{}, note: "declared beside the nodes: input.go, batch.go"},
	{op: &ir.Conv{}, write: writes(writeConv), read: reads{"Conv": readConv}},
	{op: &ir.Pool{}, write: writes(writePool), read: reads{
		"MaxPool":           readMaxPool,
		"AveragePool":       readAveragePool,
		"GlobalMaxPool":     readGlobalMaxPool,
		"GlobalAveragePool": readGlobalAveragePool,
	}},
	{op: &ir.Deconv{}, write: writes(writeDeconv), read: reads{"ConvTranspose": readConvTranspose}},
	{op: &ir.SPP{}, write: writes(writeSPP), note: "composed of several nodes, which its mark names: spp.go"},
	{op: &ir.LRN{}, write: writes(writeLRN), read: reads{"LRN": readLRN}},
	{op: &ir.ReLU{}, write: writes(writeReLU), read: reads{"Relu": readRelu, "LeakyRelu": readLeakyRelu}},
	{op: &ir.PReLU{}, write: writes(writePReLU), read: reads{"PRelu": readPRelu}},
	{op: &ir.Sigmoid{}, write: writes(writeSigmoid), read: reads{"Sigmoid": readSigmoid}},
	{op: &ir.Tanh{}, write: writes(writeTanh), read: reads{"Tanh": readTanh}},
	{op: &ir.Abs{}, write: writes(writeAbs), read: reads{"Abs": readAbs}},
	{op: &ir.ELU{}, write: writes(writeELU), read: reads{"Elu": readElu}},
	{op: &ir.Softplus{}, write: writes(writeSoftplus), read: reads{"Softplus": readSoftplus}},
	{op: &ir.Swish{}, write: writes(writeSwish), note: "composed of several nodes, which its mark names: unary.go"},
	{op: &ir.Clip{}, write: writes(writeClip), read: reads{"Clip": readClip}},
	{op: &ir.Threshold{}, write: writes(writeThreshold), note: "composed of several nodes, which its mark names: unary.go"},
	{op: &ir.Power{}, write: writes(writePower), read: reads{"Pow": readPow, "Neg": readNeg, "Reciprocal": readReciprocal, "Sqrt": readSqrt}},
	{op: &ir.Exp{}, write: writes(writeExp), read: reads{"Exp": readExp}},
	{op: &ir.Log{}, write: writes(writeLog), read: reads{"Log": readLog}},
	{op: &ir.FullyConnected{}, write: writes(writeFullyConnected), read: reads{"Gemm": readGemm, "MatMul": readMatMul}},
	{op: &ir.Embed{}, write: writes(writeEmbed), note: "the input is cast to integers, which its mark names: embed.go"},
	{op: &ir.Softmax{}, write: writes(writeSoftmax), read: reads{"Softmax": readSoftmax}},
	{op: &ir.LogSoftmax{}, write: writes(writeLogSoftmax), read: reads{"LogSoftmax": readLogSoftmax}},
	{op: &ir.BatchNorm{}, write: writes(writeBatchNorm), read: reads{
		"BatchNormalization":    readBatchNormalization,
		"InstanceNormalization": readInstanceNormalization,
	}},
	{op: &ir.Scale{}, write: writes(writeScale), read: reads{"Mul": readMul, "Div": readDiv}},
	{op: &ir.Bias{}, write: writes(writeBias), note: "a sum with a value or a constant that broadcasts, read with Add and Sub: eltwise.go"},
	{op: &ir.MVN{}, write: writes(writeMVN), note: "composed of several nodes, which its mark names: mvn.go"},
	{op: &ir.Eltwise{}, write: writes(writeEltwise), read: reads{
		"Add":  readAdd,
		"Sub":  readSub,
		"Sum":  readSum,
		"Max":  readMax,
		"Min":  readMin,
		"Mean": readMean,
	}},
	{op: &ir.Concat{}, write: writes(writeConcat), read: reads{"Concat": readConcat}},
	{op: &ir.Slice{}, write: writes(writeSlice), read: reads{"Split": readSplit, "Slice": readSlice, "Gather": readGather}},
	{op: &ir.Crop{}, write: writes(writeCrop), note: "a Slice does not say which value it is cut to; its mark does: crop.go"},
	{op: &ir.Tile{}, write: writes(writeTile), read: reads{"Tile": readTile, "Expand": readExpand}},
	{op: &ir.Transpose{}, write: writes(writeTranspose), read: reads{"Transpose": readTranspose}},
	{op: &ir.Pad{}, write: writes(writePad), read: reads{"Pad": readPad}},
	{op: &ir.Reduction{}, write: writes(writeReduction), read: reads{
		"ReduceSum":       readReduceSum,
		"ReduceL1":        readReduceL1,
		"ReduceL2":        readReduceL2,
		"ReduceSumSquare": readReduceSumSquare,
		"ReduceMean":      readReduceMean,
	}},
	{op: &ir.ArgMax{}, write: writes(writeArgMax), note: "composed of several nodes, which its mark names: argmax.go"},
	{op: &ir.Flatten{}, write: writes(writeFlatten), read: reads{"Flatten": readFlatten}},
	{op: &ir.Reshape{}, write: writes(writeReshape), read: reads{
		"Reshape":   readReshape,
		"Squeeze":   readSqueeze,
		"Unsqueeze": readUnsqueeze,
	}},
	{op: &ir.Dropout{}, write: writes(writeDropout), read: reads{"Dropout": readDropout}},
	{op: &ir.Split{}, write: writes(writeCopies), read: reads{"Identity": readIdentity, "Cast": readCast}},
	{op: &ir.Silence{}, note: "an ONNX value needs no reader; the graph's mark restores the layer: mark.go"},
	{read: reads{"Constant": readConstant}, note: "a constant is a parameter of the operation that reads it; fold.go computes constants from constants"},
}

type reads = map[string]func(*call)

// writes adapts a writing function to the operation that it writes.
func writes[T ir.Op](write func(*lowering, T) error) func(*lowering, ir.Op) error {
	return func(l *lowering, op ir.Op) error { return write(l, op.(T)) }
}

// The table by ir type, and by ONNX type.
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
