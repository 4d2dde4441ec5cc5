package caffe

import (
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// upgrade brings a net of any age to the present form, as Caffe's
// UpgradeNetAsNeeded does: V0 layers to V1, data transformations to
// transform_param, V1 layers to V2, input fields to an Input layer, and the
// learning rates of old BatchNorm layers to zero. warn is told what Caffe logs.
func upgrade(net *message, warn func(string)) error {
	layers := net.messages("layers")
	if len(layers) > 0 && net.has("layer") {
		return placedErrorf(net.place("layer"), "the net has both 'layer' and 'layers' fields: bring it to 'layer' by hand")
	}
	if slices.ContainsFunc(layers, func(l *message) bool { return l.has("layer") }) {
		var err error
		if layers, err = upgradeV0Net(net, layers, warn); err != nil {
			return err
		}
	}
	net.drop("layers")
	for _, v1 := range layers {
		upgradeTransform(v1)
		upgradeV1Layer(v1, net.addMessage("layer"))
	}
	if err := upgradeInput(net); err != nil {
		return err
	}
	for _, l := range net.messages("layer") {
		upgradeBatchNorm(l)
	}
	return nil
}

// placedErrorf is an error at a place in the net outside of any layer.
func placedErrorf(at position, format string, args ...any) error {
	err := ir.Errorf(ir.ErrInvalid, format, args...)
	if at == (position{}) {
		return err
	}
	return &SyntaxError{Line: int(at.line), Column: int(at.column), Msg: err.Error()}
}

// upgradeTransform moves the pre-processing fields of a V1 data layer to its
// transform_param.
func upgradeTransform(v1 *message) {
	param, ok := map[string]string{
		"DATA":        "data_param",
		"IMAGE_DATA":  "image_data_param",
		"WINDOW_DATA": "window_data_param",
	}[v1.choice("type", "NONE")]
	data := v1.message(param)
	if !ok || data == nil {
		return
	}
	for _, name := range []string{"scale", "mean_file", "crop_size", "mirror"} {
		if v := data.last(name); v != nil {
			v1.ensure("transform_param").set(name, *v)
			data.drop(name)
		}
	}
}

// upgradeV1Layer fills a V2 layer from a V1 one. All fields but the type and
// those of the parameters have the same names in both.
func upgradeV1Layer(v1, v2 *message) {
	v2.at = v1.at
	for _, v := range v1.values {
		switch name := v.field.name; name {
		case "type":
			v2.add("type", value{at: v.at, text: legacyTypes[v.bits].v2})
		case "param", "blob_share_mode", "blobs_lr", "weight_decay":
		default:
			v2.add(name, v)
		}
	}
	var specs []*message
	for _, move := range []struct{ from, to string }{
		{"param", "name"},
		{"blob_share_mode", "share_mode"},
		{"blobs_lr", "lr_mult"},
		{"weight_decay", "decay_mult"},
	} {
		for i, v := range v1.all(move.from) {
			if len(specs) <= i {
				specs = append(specs, v2.addMessage("param"))
			}
			specs[i].set(move.to, *v)
		}
	}
}

// upgradeInput turns the fields input, input_shape and input_dim into an Input
// layer named "input" in front of all others. Inputs without any shape, as old
// caffemodels have them, vanish.
func upgradeInput(net *message) error {
	inputs, shapes, dims := net.all("input"), net.messages("input_shape"), net.all("input_dim")
	if len(inputs) == 0 {
		return nil
	}
	for _, name := range []string{"input", "input_shape", "input_dim"} {
		net.drop(name)
	}
	if len(shapes) == 0 && len(dims) == 0 {
		return nil
	}
	layer := net.addMessage("layer")
	layer.at = inputs[0].at
	layer.addStr("name", "input")
	layer.addStr("type", "Input")
	param := layer.addMessage("input_param")
	for i, in := range inputs {
		layer.add("top", *in)
		shape := param.addMessage("shape")
		switch {
		case i < len(shapes):
			shape.values = shapes[i].values
		case len(shapes) == 0 && len(dims) >= 4*(i+1):
			for _, d := range dims[4*i : 4*i+4] {
				shape.add("dim", *d)
			}
		default:
			return placedErrorf(in.at, "input %q has no shape: each input needs one input_shape or four input_dim", in.text)
		}
	}
	last := len(net.values) - 1
	first := slices.IndexFunc(net.values, func(v value) bool { return v.field.name == "layer" })
	net.values = slices.Insert(net.values[:last:last], first, net.values[last])
	return nil
}

// upgradeBatchNorm zeroes the learning rates of a BatchNorm layer that gives
// all three of them, as layers from before they were fixed do.
func upgradeBatchNorm(layer *message) {
	specs := layer.messages("param")
	if layer.str("type") != "BatchNorm" || len(specs) != 3 {
		return
	}
	for _, s := range specs {
		s.set("lr_mult", floatValue(nil, 0))
		s.set("decay_mult", floatValue(nil, 0))
	}
}
