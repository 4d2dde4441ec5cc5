package caffe

import (
	"fmt"
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// v0Target is where a field of a V0 layer goes for one V0 layer type; the
// empty type stands for all.
type v0Target struct{ typ, param, field string }

// v0Fields maps each field of V0LayerParameter but name, type, and the blobs
// with their rates.
var v0Fields = map[string][]v0Target{
	"num_output":    {{"conv", "convolution_param", "num_output"}, {"innerproduct", "inner_product_param", "num_output"}},
	"biasterm":      {{"conv", "convolution_param", "bias_term"}, {"innerproduct", "inner_product_param", "bias_term"}},
	"weight_filler": {{"conv", "convolution_param", "weight_filler"}, {"innerproduct", "inner_product_param", "weight_filler"}},
	"bias_filler":   {{"conv", "convolution_param", "bias_filler"}, {"innerproduct", "inner_product_param", "bias_filler"}},
	"pad":           {{"conv", "convolution_param", "pad"}, {"pool", "pooling_param", "pad"}},
	"kernelsize":    {{"conv", "convolution_param", "kernel_size"}, {"pool", "pooling_param", "kernel_size"}},
	"group":         {{"conv", "convolution_param", "group"}},
	"stride":        {{"conv", "convolution_param", "stride"}, {"pool", "pooling_param", "stride"}},
	"pool":          {{"pool", "pooling_param", "pool"}},
	"dropout_ratio": {{"dropout", "dropout_param", "dropout_ratio"}},
	"local_size":    {{"lrn", "lrn_param", "local_size"}},
	"alpha":         {{"lrn", "lrn_param", "alpha"}},
	"beta":          {{"lrn", "lrn_param", "beta"}},
	"k":             {{"lrn", "lrn_param", "k"}},
	"source": {{"data", "data_param", "source"}, {"hdf5_data", "hdf5_data_param", "source"}, {"images", "image_data_param", "source"},
		{"window_data", "window_data_param", "source"}, {"infogain_loss", "infogain_loss_param", "source"}},
	"scale":    {{"", "transform_param", "scale"}},
	"meanfile": {{"", "transform_param", "mean_file"}},
	"batchsize": {{"data", "data_param", "batch_size"}, {"hdf5_data", "hdf5_data_param", "batch_size"},
		{"images", "image_data_param", "batch_size"}, {"window_data", "window_data_param", "batch_size"}},
	"cropsize":          {{"", "transform_param", "crop_size"}},
	"mirror":            {{"", "transform_param", "mirror"}},
	"rand_skip":         {{"data", "data_param", "rand_skip"}, {"images", "image_data_param", "rand_skip"}},
	"shuffle_images":    {{"images", "image_data_param", "shuffle"}},
	"new_height":        {{"images", "image_data_param", "new_height"}},
	"new_width":         {{"images", "image_data_param", "new_width"}},
	"concat_dim":        {{"concat", "concat_param", "concat_dim"}},
	"det_fg_threshold":  {{"window_data", "window_data_param", "fg_threshold"}},
	"det_bg_threshold":  {{"window_data", "window_data_param", "bg_threshold"}},
	"det_fg_fraction":   {{"window_data", "window_data_param", "fg_fraction"}},
	"det_context_pad":   {{"window_data", "window_data_param", "context_pad"}},
	"det_crop_mode":     {{"window_data", "window_data_param", "crop_mode"}},
	"hdf5_output_param": {{"hdf5_output", "", "hdf5_output_param"}},
}

// upgradeV0Net gives the V1 layers of a V0 net. Of the net's own fields only
// name, input, input_dim and force_backward survive, as in Caffe.
func upgradeV0Net(net *message, layers []*message, warn func(string)) ([]*message, error) {
	for _, name := range []string{"input_shape", "state", "debug_info"} {
		net.drop(name)
	}
	layers, err := foldPadding(net, layers)
	if err != nil {
		return nil, err
	}
	var upgraded []*message
	for _, v0 := range layers {
		v1, err := upgradeV0Layer(v0, warn)
		if err != nil {
			return nil, err
		}
		upgraded = append(upgraded, v1)
	}
	return upgraded, nil
}

// foldPadding removes padding layers and gives their pad to the convolution or
// pooling that reads them.
func foldPadding(net *message, layers []*message) ([]*message, error) {
	source := map[string]*message{} // the last layer that wrote a blob; nil for inputs
	for _, name := range net.strs("input") {
		source[name] = nil
	}
	var kept []*message
	for _, l := range layers {
		typ, bottoms := l.message("layer").str("type"), l.all("bottom")
		for _, bottom := range bottoms {
			from, known := source[bottom.text]
			if !known {
				return nil, v0Errorf(l, bottom.at, "unknown bottom blob %q", bottom.text)
			}
			if from.message("layer").str("type") != "padding" {
				continue
			}
			switch {
			case typ != "conv" && typ != "pool":
				return nil, v0Errorf(l, bottom.at, "a padding layer may only be read by conv or pool, not by %s", typ)
			case len(bottoms) != 1:
				return nil, v0Errorf(l, bottom.at, "reads a padding layer and must have 1 bottom, it has %d", len(bottoms))
			case len(from.all("bottom")) != 1 || len(from.all("top")) != 1:
				return nil, v0Errorf(from, from.at, "a padding layer must have 1 bottom and 1 top")
			}
			l.message("layer").set("pad", value{at: from.at, bits: uint64(from.message("layer").num("pad", 0))})
			bottom.text = from.str("bottom")
		}
		for _, top := range l.strs("top") {
			source[top] = l
		}
		if typ != "padding" {
			kept = append(kept, l)
		}
	}
	return kept, nil
}

func upgradeV0Layer(v0 *message, warn func(string)) (*message, error) {
	v1 := &message{schema: v1LayerParameter, at: v0.at}
	for _, v := range v0.values {
		if name := v.field.name; name == "bottom" || name == "top" {
			v1.add(name, v)
		}
	}
	inner := v0.message("layer")
	if inner == nil {
		return v1, nil
	}
	typ := inner.str("type")
	for _, v := range inner.values {
		switch name := v.field.name; name {
		case "name", "blobs", "blobs_lr", "weight_decay":
			v1.add(name, v)
		case "type":
			number := slices.IndexFunc(legacyTypes, func(t legacyType) bool { return t.v0 != "" && t.v0 == typ })
			if number < 0 {
				return nil, v0Errorf(v0, v.at, "unknown V0 layer type %q", clip(typ))
			}
			v1.add(name, value{at: v.at, bits: uint64(number)})
		default:
			if !moveV0Field(v1, typ, v) {
				warn(fmt.Sprintf("layer %q: a V0 layer of type %q has no field %s, it is ignored", inner.str("name"), typ, name))
			}
		}
	}
	return v1, nil
}

// moveV0Field puts a value where its layer type has it, and reports whether
// there is such a place.
func moveV0Field(v1 *message, typ string, v value) bool {
	for _, target := range v0Fields[v.field.name] {
		if target.typ != "" && target.typ != typ {
			continue
		}
		m := v1
		if target.param != "" {
			m = v1.ensure(target.param)
		}
		m.add(target.field, v)
		return true
	}
	return false
}

func v0Errorf(layer *message, at position, format string, args ...any) error {
	inner := layer.message("layer")
	return &ir.NodeError{
		Node: inner.str("name"),
		Type: inner.str("type"),
		Pos:  at.String(),
		Err:  ir.Errorf(ir.ErrInvalid, format, args...),
	}
}
