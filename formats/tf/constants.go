package tf

import (
	"slices"

	"github.com/alexconv/alexconv/formats/internal/wire"
	"github.com/alexconv/alexconv/ir"
)

// piece is a constant that holds a parameter, or a part of it.
type piece struct {
	tensor *tensor
	layout layout
}

// paramKey is a parameter by its first constant.
type paramKey struct {
	piece
	shape string
}

// takeConstants moves the Const nodes out of the list of a file of size bytes. A
// constant may repeat its last value without end.
func (r *reader) takeConstants(nodes []*node, limits ir.Limits, size int) ([]*node, error) {
	var rest []*node
	repeated, tensors := int64(0), int64(0)
	for _, n := range nodes {
		if n.op != "Const" {
			rest = append(rest, n)
			continue
		}
		a := n.get("value")
		if a == nil || a.kind != kindTensor {
			return nil, nodeError(n, ir.Errorf(ir.ErrInvalid, "the constant has no value"))
		}
		t := a.tensor
		t.name, t.mark = n.name, n.mark()
		repeated, tensors = repeated+int64(t.repeats()), tensors+1
		err := limits.CheckExpansion("bytes of the constants' repeated values", 4*repeated, int64(size))
		if err == nil {
			err = limits.Check(ir.LimitElements, "elements of the constant", int64(t.dims.Elements()))
		}
		if err == nil {
			err = limits.Check(ir.LimitTensors, "constants of the file", tensors)
		}
		if err != nil {
			return nil, nodeError(n, err)
		}
		r.constants[n.name] = t
	}
	return rest, nil
}

// join makes a parameter of the constants that hold its parts. The same
// constant in the same layout is the same tensor.
func (r *reader) join(pieces []piece, shape ir.Shape) (*ir.Tensor, error) {
	key := paramKey{pieces[0], shape.String()}
	if p := r.params[key]; p != nil {
		return p, nil
	}
	p := &ir.Tensor{Name: pieces[0].tensor.mark.Param, Shape: shape.Clone()}
	for _, piece := range pieces {
		t := piece.tensor
		if len(pieces) != piece.layout.parts || t.dims.Elements() != piece.layout.elements() || t.dims.Elements() == 0 ||
			shape.Elements() != len(pieces)*piece.layout.elements() {
			return nil, ir.Errorf(ir.ErrInvalid, "constant %s is %v, which does not fill a parameter of %v", wire.Quote(t.name), t.dims, shape)
		}
		if r.dry {
			continue
		}
		data, err := t.asFloats()
		if err != nil {
			return nil, err
		}
		if data, err = piece.layout.load(data); err != nil {
			return nil, err
		}
		if p.Data == nil {
			p.Data = slices.Clip(data)
		} else {
			p.Data = append(p.Data, data...)
		}
	}
	r.params[key] = p
	r.origins[p] = pieces
	return p, nil
}

// comesFrom reports whether a parameter was read from the constants that the
// writer made of source, in the layouts in which it made them.
func (r *reader) comesFrom(p, source *ir.Tensor) bool {
	pieces := r.origins[p]
	for _, piece := range pieces {
		if piece.tensor.source != source || piece.tensor.layout != piece.layout {
			return false
		}
	}
	return len(pieces) > 0 && p.Shape.Equal(source.Shape)
}
