package caffe

import (
	"strings"

	"github.com/alexconv/alexconv/ir"
)

// Dialect is the fork of Caffe whose layers and fields a net may use beside
// Caffe's own. What a dialect adds is read as Caffe's own layers where these
// can say it, so that a net can leave its fork.
type Dialect string

// The dialects. The zero value is BVLC Caffe, which is part of every other.
const (
	BVLC Dialect = ""
	// SSD is the fork of the single shot detector (Liu et al. 2016): Permute
	// and Normalize.
	SSD Dialect = "ssd"
	// OpenCV is what OpenCV's dnn module reads: ceil_mode of a Pooling, and
	// SSD's layers under numbers of its own.
	OpenCV Dialect = "opencv"
	// MobileNet is what the forks that train MobileNets have in common: ReLU6,
	// and depthwise convolutions as a layer type, ConvolutionDepthwise or
	// DepthwiseConvolution.
	MobileNet Dialect = "mobilenet"
)

// Dialects lists the names of the dialects beside BVLC.
func Dialects() []string { return []string{string(SSD), string(OpenCV), string(MobileNet)} }

// ParseDialect finds a dialect by its name; the empty name and bvlc are BVLC.
func ParseDialect(name string) (Dialect, error) {
	if name == "" || name == "bvlc" {
		return BVLC, nil
	}
	if _, ok := dialects[Dialect(name)]; !ok {
		return BVLC, ir.Errorf(ir.ErrInvalid, "no dialect of Caffe has the name %q; there are bvlc, %s", name, strings.Join(Dialects(), ", "))
	}
	return Dialect(name), nil
}

// dialect is what a fork adds.
type dialect struct {
	net *schema
	// types are read by themselves, expansions are several layers of Caffe's.
	types      map[string]*layerType
	expansions map[string]expansion
}

// expansion writes a layer with one bottom, of the given shape, as layers of
// Caffe's; the last has the layer's name and takes its blobs.
type expansion func(l *layer, in ir.Shape) ([]*message, error)

var dialects = map[Dialect]*dialect{
	BVLC: {net: netParameter},
	SSD: {
		net: netWith(
			sub(202, "permute_param", permuteParameter),
			sub(206, "norm_param", normalizeParameter),
		),
		types:      map[string]*layerType{"Permute": permuteLayer},
		expansions: map[string]expansion{"Normalize": expandNormalize},
	},
	OpenCV: {
		net: netWith(
			sub(121, "pooling_param", poolingParameter.with(one(13, "ceil_mode", kindBool))),
			sub(148, "permute_param", permuteParameter),
			sub(149, "norm_param", normalizeParameter),
		),
		types:      map[string]*layerType{"Permute": permuteLayer},
		expansions: map[string]expansion{"Normalize": expandNormalize, "ReLU6": expandReLU6},
	},
	MobileNet: {
		net: netWith(sub(100000, "relu6_param", relu6Parameter)),
		expansions: map[string]expansion{
			"ReLU6":                expandReLU6,
			"ConvolutionDepthwise": expandDepthwise,
			"DepthwiseConvolution": expandDepthwise,
		},
	},
}

// netWith is the table of a net whose layers have further fields.
func netWith(fields ...*field) *schema {
	return netParameter.with(subs(100, "layer", layerParameter.with(fields...)))
}

// with is the table with further fields, which replace those of the same name
// or number: forks have given out the same numbers.
func (s *schema) with(fields ...*field) *schema {
	var all []*field
	for _, f := range s.fields {
		replaced := false
		for _, g := range fields {
			replaced = replaced || f.name == g.name || f.number == g.number
		}
		if !replaced {
			all = append(all, f)
		}
	}
	return newSchema(s.name, append(all, fields...)...)
}

// expand reads a layer of a fork as layers of Caffe's.
func (b *builder) expand(l *layer, e expansion) error {
	if len(l.bottoms) != 1 || len(l.tops) != 1 {
		return l.errorf("%s takes 1 bottom and 1 top, it has %d and %d", l.typ, len(l.bottoms), len(l.tops))
	}
	if !b.unread[l.bottoms[0]] {
		return l.errorf("unknown bottom blob %q", l.bottoms[0])
	}
	messages, err := e(l, b.shapes[b.current(l.bottoms[0])])
	if err != nil {
		return err
	}
	for _, v := range l.message.all("param") {
		messages[len(messages)-1].add("param", *v)
	}
	for _, m := range messages {
		part := newLayer(m, false, l.options)
		part.phase = l.phase
		if err := b.layer(part); err != nil {
			return err
		}
	}
	return nil
}
