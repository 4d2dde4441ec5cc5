package code

import "github.com/alexconv/alexconv/ir"

// row is one operation in both kinds of module.
type row struct {
	op    ir.Op
	keras func(*program, ir.Op) error
	torch func(*program, ir.Op) error
	note  string // why one is empty
}

// notHere says why some of Caffe's layers are in neither module.
const notHere = "no net of AlexNet's family has one: it is refused by name"

// table lists every operation that is written.
var table = []row{
	{op: &ir.Input{}, keras: writes(writeInput), torch: writes(writeInput)},
	{op: &ir.Conv{}, keras: writes(kerasConv), torch: writes(torchConv)},
	{op: &ir.Pool{}, keras: writes(kerasPool), torch: writes(torchPool)},
	{op: &ir.LRN{}, keras: writes(kerasLRN), torch: writes(torchLRN)},
	{op: &ir.ReLU{}, keras: writes(kerasReLU), torch: writes(torchReLU)},
	{op: &ir.Sigmoid{}, keras: calls("tf.sigmoid"), torch: calls("torch.sigmoid")},
	{op: &ir.Tanh{}, keras: calls("tf.tanh"), torch: calls("torch.tanh")},
	{op: &ir.FullyConnected{}, keras: writes(kerasFullyConnected), torch: writes(torchFullyConnected)},
	{op: &ir.Softmax{}, keras: writes(kerasSoftmax), torch: writes(torchSoftmax)},
	{op: &ir.Eltwise{}, keras: writes(kerasEltwise), torch: writes(torchEltwise)},
	{op: &ir.Concat{}, keras: writes(kerasConcat), torch: writes(torchConcat)},
	{op: &ir.Slice{}, keras: writes(kerasSlice), torch: writes(torchSlice)},
	{op: &ir.Flatten{}, keras: writes(func(p *program, _ *ir.Flatten) error { return kerasReshape(p) }), torch: writes(torchFlatten)},
	{op: &ir.Reshape{}, keras: writes(func(p *program, _ *ir.Reshape) error { return kerasReshape(p) }), torch: writes(torchReshape)},
	{op: &ir.Dropout{}, keras: writes(kerasDropout), torch: writes(torchDropout)},
	{op: &ir.Split{}, keras: writes(writeSplit), torch: writes(writeSplit)},
	{op: &ir.Silence{}, keras: nothing, torch: nothing},
	{op: &ir.Abs{}, note: notHere},
	{op: &ir.ArgMax{}, note: notHere},
	{op: &ir.BatchNorm{}, note: notHere},
	{op: &ir.Bias{}, note: notHere},
	{op: &ir.Clip{}, note: notHere},
	{op: &ir.Crop{}, note: notHere},
	{op: &ir.Deconv{}, note: notHere},
	{op: &ir.ELU{}, note: notHere},
	{op: &ir.Embed{}, note: notHere},
	{op: &ir.Exp{}, note: notHere},
	{op: &ir.Log{}, note: notHere},
	{op: &ir.MVN{}, note: notHere},
	{op: &ir.PReLU{}, note: notHere},
	{op: &ir.Power{}, note: notHere},
	{op: &ir.Reduction{}, note: notHere},
	{op: &ir.SPP{}, note: notHere},
	{op: &ir.Scale{}, note: notHere},
	{op: &ir.Softplus{}, note: notHere},
	{op: &ir.Swish{}, note: notHere},
	{op: &ir.Threshold{}, note: notHere},
	{op: &ir.Tile{}, note: notHere},
	{op: &ir.LogSoftmax{}, note: notHere},
	{op: &ir.Pad{}, note: notHere},
	{op: &ir.Transpose{}, note: notHere},
}

// writes adapts a writing function to the operation that it writes.
func writes[T ir.Op](write func(*program, T) error) func(*program, ir.Op) error {
	return func(p *program, op ir.Op) error { return write(p, op.(T)) }
}

// calls writes an operation as a function of one value.
func calls(function string) func(*program, ir.Op) error {
	return func(p *program, _ ir.Op) error {
		p.assign("%s(%s)", function, p.x())
		return nil
	}
}

func nothing(*program, ir.Op) error { return nil }

// writeInput writes nothing: an input is an argument.
func writeInput(*program, *ir.Input) error { return nil }

func writeSplit(p *program, _ *ir.Split) error {
	p.alias()
	return nil
}

func init() {
	for _, r := range table {
		keras.writers[r.op.Type()] = r.keras
		torch.writers[r.op.Type()] = r.torch
	}
}
