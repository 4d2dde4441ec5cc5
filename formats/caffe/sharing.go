package caffe

import (
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// sharing holds the parameters that layers share under the names of their
// param fields, and refuses what Net::AppendParam refuses.
type sharing map[string]*sharedParam

// sharedParam is a named parameter as the first layer that names it has it;
// the rates are nil while no layer gives them.
type sharedParam struct {
	layer     string
	shape     ir.Shape
	lrMult    *float32
	decayMult *float32
}

// add gives the nodes of a layer the names of its param fields, for blobs of
// the given shapes.
func (s sharing) add(l *layer, nodes []*ir.Node, shapes []ir.Shape) error {
	specs := l.message.messages("param")
	if len(specs) > len(shapes) {
		return l.errorAt(specs[len(shapes)].at, "has %d param fields for %d parameters", len(specs), len(shapes))
	}
	names := make([]string, len(shapes))
	for i, spec := range specs {
		names[i] = spec.str("name")
		if names[i] == "" {
			continue
		}
		owner := s[names[i]]
		if owner == nil {
			owner = &sharedParam{layer: l.name, shape: shapes[i]}
			s[names[i]] = owner
		}
		if err := owner.agree(l, spec, shapes[i]); err != nil {
			return err
		}
	}
	if slices.ContainsFunc(names, func(name string) bool { return name != "" }) {
		for _, n := range nodes {
			n.Shared = names
		}
	}
	return nil
}

// agree checks a layer that shares the parameter: its shape, or with
// PERMISSIVE its number of elements, and the rates that it gives.
func (p *sharedParam) agree(l *layer, spec *message, shape ir.Shape) error {
	name := spec.str("name")
	switch permissive := spec.choice("share_mode", "STRICT") == "PERMISSIVE"; {
	case permissive && shape.Elements() != p.shape.Elements():
		return l.errorAt(spec.at, "param %q of layer %q has shape %v, this layer needs as many elements as %v", name, p.layer, p.shape, shape)
	case !permissive && !shape.Equal(p.shape):
		return l.errorAt(spec.at, "param %q of layer %q has shape %v, this layer needs %v", name, p.layer, p.shape, shape)
	}
	for _, rate := range []struct {
		field string
		owner **float32
	}{
		{"lr_mult", &p.lrMult},
		{"decay_mult", &p.decayMult},
	} {
		if !spec.has(rate.field) {
			continue
		}
		given := spec.float(rate.field, 1)
		if *rate.owner != nil && **rate.owner != given {
			return l.errorAt(spec.place(rate.field), "param %q has %s %v here and %v in another layer", name, rate.field, given, **rate.owner)
		}
		*rate.owner = &given
	}
	return nil
}
