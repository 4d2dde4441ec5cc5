package caffe

import (
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// trainingTypes are the layers that judge a net and have no place in one that
// is deployed.
var trainingTypes = []string{
	"Accuracy", "ContrastiveLoss", "EuclideanLoss", "HDF5Output", "HingeLoss", "InfogainLoss",
	"MultinomialLogisticLoss", "SigmoidCrossEntropyLoss", "SoftmaxWithLoss",
}

// dataTypes are the layers that feed a net, with the shape of their top i, or
// an error where the net does not say it.
var dataTypes = map[string]func(l *layer, i int) (ir.Shape, error){
	"Data":       imageShape("data_param"),
	"ImageData":  imageShape("image_data_param"),
	"WindowData": imageShape("window_data_param"),
	"MemoryData": memoryShape,
	"DummyData":  dummyShape,
	"HDF5Data": func(l *layer, _ int) (ir.Shape, error) {
		return nil, l.noShape("its shape stands in the HDF5 file")
	},
}

// deployView leaves out the layers that only training needs: losses and the
// like, and the labels they alone read. A layer that reads data becomes an
// Input of the shape it would read. Whatever is left out is a warning.
func deployView(layers []*layer) ([]*layer, error) {
	wanted := make(map[string]bool) // read by a layer that stays
	for _, l := range layers {
		if !slices.Contains(trainingTypes, l.typ) && l.typ != silenceLayer.name {
			for _, b := range l.bottoms {
				wanted[b] = true
			}
		}
	}
	var kept []*layer
	gone := make(map[string]string) // blob to the layer left out that writes it
	for _, l := range layers {
		if slices.Contains(trainingTypes, l.typ) {
			l.warn("left out: %s only serves training", l.typ)
			for _, t := range l.tops {
				gone[t] = l.name
			}
			continue
		}
		if l.typ == silenceLayer.name {
			had := len(l.bottoms)
			l.bottoms = slices.DeleteFunc(l.bottoms, func(b string) bool { return gone[b] != "" })
			if had > 0 && len(l.bottoms) == 0 {
				continue
			}
		}
		for j, b := range l.bottoms {
			if gone[b] != "" {
				return nil, l.unsupported(l.message.all("bottom")[j].at, "reads blob %q of layer %q, which only serves training", b, gone[b])
			}
		}
		for _, t := range l.tops {
			delete(gone, t)
		}
		if shape := dataTypes[l.typ]; shape != nil {
			for _, t := range l.tops {
				if !wanted[t] {
					gone[t] = l.name
				}
			}
			in, err := l.asInput(wanted, shape)
			if err != nil {
				return nil, err
			}
			if in == nil {
				l.warn("left out: no layer that stays reads what it writes")
				continue
			}
			l = in
		}
		kept = append(kept, l)
	}
	return kept, nil
}

// asInput is an Input layer with those tops of a data layer that are read, nil
// where there are none.
func (l *layer) asInput(wanted map[string]bool, shapeOf func(*layer, int) (ir.Shape, error)) (*layer, error) {
	in := *l
	in.typ, in.tops = inputLayer.name, nil
	in.message = &message{schema: layerParameter, at: l.message.at}
	param := in.message.addMessage("input_param")
	for i, top := range l.tops {
		if !wanted[top] {
			continue
		}
		shape, err := shapeOf(l, i)
		if err != nil {
			return nil, err
		}
		l.warn("%s, read as an Input of %v", l.typ, shape)
		in.tops = append(in.tops, top)
		addShape(param.addMessage("shape"), shape)
	}
	if len(in.tops) == 0 {
		return nil, nil
	}
	return &in, nil
}

func (l *layer) noShape(why string) error {
	return l.unsupported(l.message.at, "%s has to become an Input, but %s; use the net's deploy prototxt", l.typ, why)
}

// imageShape is for layers whose first top is a batch of colour images, cut to
// transform_param's crop_size or scaled to new_height x new_width.
func imageShape(param string) func(*layer, int) (ir.Shape, error) {
	return func(l *layer, i int) (ir.Shape, error) {
		if i > 0 {
			return nil, l.noShape("its labels are read by a layer that stays")
		}
		p, channels := l.message.message(param), 3
		if !p.flag("is_color", true) {
			channels = 1
		}
		batch := p.num("batch_size", 1)
		if crop := l.message.message("transform_param").num("crop_size", 0); crop > 0 {
			return ir.Shape{batch, channels, crop, crop}, nil
		}
		height, width := p.num("new_height", 0), p.num("new_width", 0)
		if height == 0 || width == 0 {
			return nil, l.noShape("the net does not say its image size")
		}
		return ir.Shape{batch, channels, height, width}, nil
	}
}

func memoryShape(l *layer, i int) (ir.Shape, error) {
	if i > 0 {
		return nil, l.noShape("its labels are read by a layer that stays")
	}
	p := l.message.message("memory_data_param")
	shape := ir.Shape{p.num("batch_size", 0), p.num("channels", 0), p.num("height", 0), p.num("width", 0)}
	if slices.Min(shape) == 0 {
		return nil, l.errorAt(l.message.place("memory_data_param"), "batch_size, channels, height and width must be given and positive")
	}
	return shape, nil
}

// dummyShape reads shapes, or num, channels, height and width, each given once
// for all tops or once per top.
func dummyShape(l *layer, i int) (ir.Shape, error) {
	p := l.message.message("dummy_data_param")
	if shapes := p.messages("shape"); len(shapes) == 1 || len(shapes) == len(l.tops) {
		return blobShapeOf(l, shapes[min(i, len(shapes)-1)])
	}
	var shape ir.Shape
	for _, name := range []string{"num", "channels", "height", "width"} {
		values := p.nums(name)
		if len(values) != 1 && len(values) != len(l.tops) {
			return nil, l.errorAt(l.message.place("dummy_data_param"), "shape, or num, channels, height and width, must be given once or once per top")
		}
		shape = append(shape, values[min(i, len(values)-1)])
	}
	return shape, nil
}
