package caffe

import (
	"fmt"

	"github.com/alexconv/alexconv/ir"
)

// layer is one LayerParameter on its way to becoming nodes.
type layer struct {
	message       *message
	name, typ     string
	bottoms, tops []string
	implicit      bool  // a Split that the reader added
	phase         Phase // the layer's own, else the net's
	top           int   // which top is being read, for a type that reads each
	options       *ReadOptions
}

// newLayer wraps a message. The phase that a caffemodel keeps with each layer
// is the one it was trained in, so only a prototxt's counts.
func newLayer(m *message, text bool, o *ReadOptions) *layer {
	l := &layer{
		message: m,
		name:    m.str("name"),
		typ:     m.str("type"),
		bottoms: m.strs("bottom"),
		tops:    m.strs("top"),
		phase:   o.Phase,
		options: o,
	}
	if text && m.has("phase") {
		l.phase = map[string]Phase{"TRAIN": Train, "TEST": Test}[m.choice("phase", "")]
	}
	return l
}

// errorAt is an error at one of the layer's fields that Caffe raises too.
func (l *layer) errorAt(at position, format string, args ...any) error {
	return l.at(at, ir.Errorf(ir.ErrInvalid, format, args...))
}

func (l *layer) errorf(format string, args ...any) error {
	return l.errorAt(l.message.at, format, args...)
}

// unsupported is an error that Caffe does not raise.
func (l *layer) unsupported(at position, format string, args ...any) error {
	return l.at(at, ir.Errorf(ir.ErrUnsupported, format, args...))
}

// at places an error at one of the layer's fields, or at the layer where the
// field is not there.
func (l *layer) at(at position, err error) error {
	if at == (position{}) {
		at = l.message.at
	}
	return &ir.NodeError{Node: l.name, Type: l.typ, Pos: at.String(), Err: err}
}

func (l *layer) warn(format string, args ...any) {
	l.options.warn(fmt.Sprintf("layer %q: ", l.name) + fmt.Sprintf(format, args...))
}

// inPlace reports whether top i is the same blob as bottom i.
func (l *layer) inPlace(i int) bool {
	return i < len(l.bottoms) && i < len(l.tops) && l.bottoms[i] == l.tops[i]
}

// overwrites reports whether the layer works in place.
func (l *layer) overwrites() bool { return l.inPlace(0) }

// check refuses what Caffe refuses before it sets a layer up: a wrong number
// of bottoms, tops, or of fields that go with them.
func (l *layer) check(t *layerType) error {
	for _, c := range []struct {
		what string
		has  []string
		want count
	}{
		{"bottom", l.bottoms, t.bottoms},
		{"top", l.tops, t.tops},
	} {
		if n := len(c.has); n < c.want.low || n > c.want.high {
			return l.errorf("%s takes %s, it has %d", l.typ, c.want.of(c.what), n)
		}
	}
	if t.each && t.bottoms.high > 0 && len(l.bottoms) != len(l.tops) {
		return l.errorf("%s has as many tops as bottoms, it has %d and %d", l.typ, len(l.tops), len(l.bottoms))
	}
	if n := len(l.message.all("loss_weight")); n != 0 && n != len(l.tops) && !l.implicit {
		return l.errorAt(l.message.place("loss_weight"), "loss_weight must be given once per top (%d) or not at all, it is given %d times", len(l.tops), n)
	}
	if n := len(l.message.all("propagate_down")); n != 0 && n != len(l.bottoms) {
		return l.errorAt(l.message.place("propagate_down"), "propagate_down must be given once per bottom (%d) or not at all, it is given %d times", len(l.bottoms), n)
	}
	return nil
}

// of says how many blobs of a kind a layer type takes.
func (c count) of(what string) string {
	switch {
	case c.low == c.high && c.low == 1:
		return "1 " + what
	case c.low == c.high:
		return fmt.Sprintf("%d %ss", c.low, what)
	case c.high == unbounded && c.low == 1:
		return "at least 1 " + what
	case c.high == unbounded:
		return fmt.Sprintf("at least %d %ss", c.low, what)
	}
	return fmt.Sprintf("%d to %d %ss", c.low, c.high, what)
}

// lookup finds the layer's row in the table, or among what its dialect adds.
func (l *layer) lookup() (*layerType, error) {
	if t := typeByName[l.typ]; t != nil {
		return t, nil
	}
	if t := dialects[l.options.Dialect].types[l.typ]; t != nil {
		return t, nil
	}
	return nil, l.unknownType()
}
