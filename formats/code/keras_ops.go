package code

import (
	"strconv"
	"strings"

	"github.com/alexconv/alexconv/ir"
)

// take adds the line of the constructor that makes variables of the layer's
// arrays, and gives the expression that finds them.
func (p *program) take(weights, biases ir.Shape) (string, error) {
	key, err := p.key(strings.ReplaceAll(p.layer.Name, "/", "_"))
	if err != nil {
		return "", err
	}
	shapes := "weights=" + tuple(weights...)
	if biases != nil {
		shapes += ", biases=" + tuple(biases...)
	}
	p.init = append(p.init, "p["+key+"] = self.take(weights, "+key+", "+shapes+")")
	return "p[" + key + "]", nil
}

func kerasConv(p *program, o *ir.Conv) error {
	if err := p.windowed(o.Window, "a convolution"); err != nil {
		return err
	}
	x := p.in()
	var biases ir.Shape
	if o.Bias {
		biases = ir.Shape{o.OutChannels}
	}
	variables, err := p.take(ir.Shape{o.Kernel[0], o.Kernel[1], x[1] / o.Group, o.OutChannels}, biases)
	if err != nil {
		return err
	}
	p.use("keras_conv")
	padding, edges := `"VALID"`, convPads(o, x[2:])
	switch {
	case o.Same == ir.SameUpper:
		padding = `"SAME"`
	case edges != [2][2]int{}:
		padding = "[(0, 0), " + tuple(edges[0][:]...) + ", " + tuple(edges[1][:]...) + ", (0, 0)]"
	}
	rest := ""
	if o.Dilation[0] != 1 || o.Dilation[1] != 1 {
		rest += ", dilations=" + tuple(o.Dilation...)
	}
	if o.Group > 1 {
		rest += ", groups=" + strconv.Itoa(o.Group)
	}
	p.assign("conv(%s, %s, %s, %s%s)", p.x(), variables, tuple(o.Stride...), padding, rest)
	return nil
}

// convPads are the pads of a convolution for the declared input. One whose
// kernel is larger than its padded input has more at the end: ir rounds its
// single position up.
func convPads(o *ir.Conv, spatial []int) [2][2]int {
	edges := pads(o.Window, spatial)
	for i, in := range spatial {
		edges[i][1] += max(o.Extent(i)-(in+edges[i][0]+edges[i][1]), 0)
	}
	return edges
}

// pooled refuses the poolings that no module has.
func (p *program) pooled(o *ir.Pool) error {
	switch {
	case len(p.in()) != 4:
		return p.unsupported("pooling is only written for images of 4 axes; the input is %v", p.in())
	case o.Mask:
		return p.unsupported("the places of the maxima are not written")
	case o.InPlace:
		return p.unsupported("the result of Caffe's pooling in place is not written")
	case !o.Global && (o.Dilation[0] != 1 || o.Dilation[1] != 1):
		return p.unsupported("a dilated pool is not written")
	}
	return nil
}

func kerasPool(p *program, o *ir.Pool) error {
	if err := p.pooled(o); err != nil {
		return err
	}
	average := o.Kind == ir.Average
	if o.Global {
		p.assign("tf.reduce_%s(%s, axis=(1, 2), keepdims=True)", map[bool]string{true: "mean", false: "max"}[average], p.x())
		return nil
	}
	function, name := "tf.nn.max_pool2d", "max_pool"
	if average {
		function, name = "tf.nn.avg_pool2d", "average_pool"
	}
	plain := !o.Ceil && !o.Padded() && o.Same == ir.Explicit
	if plain || o.Same == ir.SameUpper && !(o.CountPad && average) {
		rule := `"VALID"`
		if !plain {
			rule = `"SAME"`
		}
		p.assign("%s(%s, %s, %s, %s)", function, p.x(), tuple(o.Kernel...), tuple(o.Stride...), rule)
		return nil
	}
	p.use("keras_" + name)
	p.ownPool(o, name, p.x()+".shape[1:3]")
	return nil
}

// ownPool calls the module's own pooling function; spatial is the expression of
// its input's height and width.
func (p *program) ownPool(o *ir.Pool, name, spatial string) {
	p.use("positions")
	rest := ""
	switch {
	case o.Same != ir.Explicit:
		p.use("same_pads")
		lower := ""
		if o.Same == ir.SameLower {
			lower = ", lower=True"
		}
		rest = ", same_pads(" + spatial + ", " + tuple(o.Kernel...) + ", " + tuple(o.Stride...) + lower + ")"
	case o.Padded():
		rest = ", " + pairsText(pads(o.Window, p.in()[2:]))
	}
	if o.Ceil {
		rest += ", ceil=True"
	}
	if o.Ceil && o.Clip {
		rest += ", clip=True"
	}
	if o.CountPad && o.Kind == ir.Average {
		rest += ", count_pads=True"
	}
	p.assign("%s(%s, %s, %s%s)", name, p.x(), tuple(o.Kernel...), tuple(o.Stride...), rest)
}

// lrnNumbers gives k, alpha and beta as text, and refuses what neither
// framework has; scale multiplies C to the framework's alpha.
func (p *program) lrnNumbers(o *ir.LRN, scale float32) (texts [3]string, err error) {
	switch {
	case o.Region != ir.Across:
		return texts, p.unsupported("%s has no LRN within a channel", p.name)
	case o.Size%2 == 0:
		return texts, p.unsupported("an LRN window of an even size, %d, is not written", o.Size)
	case o.InPlace:
		return texts, p.unsupported("the result of Caffe's LRN in place is not written")
	}
	for i, v := range []float32{o.K, o.C * scale, o.Beta} {
		if texts[i], err = number(v); err != nil {
			return texts, err
		}
	}
	return texts, nil
}

func kerasLRN(p *program, o *ir.LRN) error {
	n, err := p.lrnNumbers(o, 1)
	if err != nil {
		return err
	}
	p.assign("tf.nn.local_response_normalization(%s, depth_radius=%d, bias=%s, alpha=%s, beta=%s)", p.x(), (o.Size-1)/2, n[0], n[1], n[2])
	return nil
}

func kerasReLU(p *program, o *ir.ReLU) error {
	if o.Slope == 0 {
		p.assign("tf.nn.relu(%s)", p.x())
		return nil
	}
	slope, err := number(o.Slope)
	if err != nil {
		return err
	}
	p.assign("tf.nn.leaky_relu(%s, alpha=%s)", p.x(), slope)
	return nil
}

// kerasFullyConnected flattens an image as it lies, H, W, C, which is how the
// weights file counts the rows of the matrix.
func kerasFullyConnected(p *program, o *ir.FullyConnected) error {
	x := p.in()
	axis, err := ir.Axis(o.Axis, len(x))
	if err != nil {
		return err
	}
	if axis != 1 {
		return p.unsupported("a fully connected layer is only written from axis 1 on, this is from axis %d", axis)
	}
	features := x[1:].Elements()
	data := p.x()
	switch image, whole := p.flattened(p.layer.Inputs[0]); {
	case !whole:
		return p.unsupported("its input mixes flattened images with other features, which the weights file orders differently")
	case len(x) > 2:
		data = "tf.reshape(" + data + ", [-1, " + strconv.Itoa(features) + "])"
	case image != nil && !p.rows[p.layer.Inputs[0]]:
		p.use("keras_rows")
		data = "rows(" + data + ", " + strings.Trim(tuple(image...), "()") + ")"
	}
	var biases ir.Shape
	if o.Bias {
		biases = ir.Shape{o.Units}
	}
	variables, err := p.take(ir.Shape{features, o.Units}, biases)
	if err != nil {
		return err
	}
	p.use("keras_dense")
	p.assign("dense(%s, %s)", data, variables)
	return nil
}

func kerasSoftmax(p *program, o *ir.Softmax) error {
	axis, err := lastAxis(o.Axis, len(p.in()))
	if err != nil {
		return err
	}
	p.assign("tf.nn.softmax(%s, axis=%d)", p.x(), axis)
	return nil
}

func kerasEltwise(p *program, o *ir.Eltwise) error {
	y, err := p.eltwise(o, "tf.maximum")
	if err == nil {
		p.assign("%s", y)
	}
	return err
}

func kerasConcat(p *program, o *ir.Concat) error {
	axis, err := lastAxis(o.Axis, len(p.in()))
	if err != nil {
		return err
	}
	p.assign("tf.concat([%s], axis=%d)", strings.Join(p.xs(), ", "), axis)
	return nil
}

func kerasSlice(p *program, o *ir.Slice) error {
	axis, err := lastAxis(o.Axis, len(p.in()))
	if err != nil {
		return err
	}
	return p.slice("tf.split", "axis", axis)
}

// kerasReshape gives a value another shape in ir's order of elements, so an
// image is turned before and after; one that only fully connected layers read
// in the end is flattened as it lies.
func kerasReshape(p *program) error {
	x, out := p.in(), p.out()
	data := p.x()
	if len(x) == 4 && !p.rows[p.layer.Outputs[0]] {
		data = "tf.transpose(" + data + ", [0, 3, 1, 2])"
	}
	data = "tf.reshape(" + data + ", " + batchFree(x, out) + ")"
	if len(out) == 4 {
		data = "tf.transpose(" + data + ", [0, 2, 3, 1])"
	}
	p.assign("%s", data)
	return nil
}

// batchFree is the list of a new shape's extents, the first one open where it
// is the batch.
func batchFree(x, out ir.Shape) string {
	var list []string
	for axis, d := range out {
		if axis == 0 && len(x) > 0 && x[0] == d {
			d = -1
		}
		list = append(list, strconv.Itoa(d))
	}
	return "[" + strings.Join(list, ", ") + "]"
}

// kerasDropout drops in training only.
func kerasDropout(p *program, o *ir.Dropout) error {
	ratio, err := number(o.Ratio)
	if err != nil {
		return err
	}
	p.assign("tf.nn.dropout(%s, %s) if training else %s", p.x(), ratio, p.x())
	return nil
}
