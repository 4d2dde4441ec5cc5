package npy

import (
	"io"

	"github.com/alexconv/alexconv/formats/internal/strided"
	"github.com/alexconv/alexconv/ir"
)

// Schema is the form of a layer's entry in a dict of weights.
type Schema int

const (
	// Dict is {layer: {"weights": w, "biases": b}}.
	Dict Schema = iota
	// List is {layer: [w, b]}.
	List
)

// WriteOptions say how weights are written. The zero value is the dict schema
// in pickle protocol 4.
type WriteOptions struct {
	Schema Schema
	// Pickle is the pickle protocol: 4, which is the smaller and by far the
	// faster to load, or 2, which numpy reads under Python 2 as well. 0 is 4.
	Pickle int
}

// WriteWeights writes a graph's parameters as the .npy that numpy.save makes of
// a dict: layers in node order under their names with "/" as "_"; filters
// (kh, kw, in/group, out); matrices (in, out), the first one behind a spatial
// value with its rows in H, W, C order. A BatchNorm has mean and variance, and
// the scale and offset of a Scale that follows it.
//
// The same graph gives the same bytes. Arrays are streamed: no more than 32
// MiB are held beside the graph. A layer whose parameters the dict cannot
// express is refused by name.
func WriteWeights(w io.Writer, g *ir.Graph, o WriteOptions) error {
	if o.Pickle == 0 {
		o.Pickle = 4
	}
	if o.Pickle != 2 && o.Pickle != 4 {
		return ir.Errorf(ir.ErrUnsupported, "pickle protocol %d is not written: use 2 or 4", o.Pickle)
	}
	layers, err := writable(g, dictLayers)
	if err != nil {
		return err
	}
	if _, err := w.Write(appendHeader(nil, header{dtype: dtype{kind: 'O'}})); err != nil {
		return err
	}
	p := newPickler(w, o.Pickle)
	p.beginObject()
	p.op('}', '(')
	for _, l := range layers {
		p.str(l.name)
		if o.Schema == List {
			p.op(']', '(')
		} else {
			p.op('}', '(')
		}
		for _, s := range l.slots {
			if o.Schema == Dict {
				p.str(s.role)
			}
			if err := p.array(s.layout.shape(s.shape), s.view()); err != nil {
				return unplaced(l.node.Errorf(ir.ErrInvalid, "%w", err))
			}
		}
		if o.Schema == List {
			p.op('e')
		} else {
			p.op('u')
		}
	}
	p.op('u')
	p.endObject()
	return p.flush()
}

// WriteNPZ writes a graph's parameters as an .npz with the keys LAYER/0,
// LAYER/1 and Caffe's own layout: OIHW filters, (out, in) matrices with in
// counting C, H, W, and a third blob of 1 for a BatchNorm. Entries are stored,
// in node order, and streamed.
func WriteNPZ(w io.Writer, g *ir.Graph) error {
	layers, err := writable(g, blobLayers)
	if err != nil {
		return err
	}
	z := NewNPZWriter(w)
	for _, l := range layers {
		for _, s := range l.slots {
			if err := z.write(l.name+"/"+s.role, s.shape, s.view()); err != nil {
				return err
			}
		}
	}
	return z.Close()
}

// writable lists the layers of a graph that has weights.
func writable(g *ir.Graph, list func(*ir.Graph, ir.Shapes) ([]layer, error)) ([]layer, error) {
	if err := g.CheckWeights(); err != nil {
		return nil, unplaced(err)
	}
	shapes, err := g.Infer(nil)
	if err != nil {
		return nil, unplaced(err)
	}
	layers, err := list(g, shapes)
	return layers, unplaced(err)
}

// view looks at the graph's parameter in the file's order.
func (s slot) view() strided.View {
	if s.index == factorIndex {
		return strided.COrder([]float32{1}, s.shape)
	}
	return s.layout.stored(strided.COrder(s.node.Params[s.index].Data, s.shape))
}
