package hostile

import (
	"slices"
	"strings"
)

// topology is a net of one layer with 2x3 weights and 2 biases.
const topology = `name: "net"
layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 1 dim: 3 } } }
layer { name: "ip" type: "InnerProduct" bottom: "data" top: "ip" inner_product_param { num_output: 2 } }
`

// blob is a BlobProto.
func blob(content []byte, dims ...uint64) []byte {
	return slices.Concat(field(7, field(1, varints(dims...))), field(5, content))
}

// caffeLayer is a layer of the present format with blobs.
func caffeLayer(name string, blobs ...[]byte) []byte {
	layer := slices.Concat(text(1, name), text(2, "InnerProduct"))
	for _, b := range blobs {
		layer = append(layer, field(7, b)...)
	}
	return field(100, layer)
}

// caffemodel holds the weights of the topology.
func caffemodel() []byte {
	return slices.Concat(text(1, "net"), caffeLayer("ip", blob(floats(6), 2, 3), blob(floats(2), 2)))
}

// net is the topology with other text for its layer.
func net(layer string) []byte {
	head, _, _ := strings.Cut(topology, `layer { name: "ip"`)
	return []byte(head + layer)
}

func prototxt(name, text, says string) Case { return digests(name, "x.prototxt", []byte(text), says) }

func caffeCases() []Case {
	const ip = `layer "ip": `
	double := slices.Concat(field(7, field(1, varints(2, 3))), field(8, make([]byte, 44)))
	cases := []Case{
		prototxt("brackets without end", strings.Repeat("layer {", 1<<18), `:1:8: unknown field "layer" in LayerParameter`),
		prototxt("an open string", `name: "`, `:1:8: the string is not closed`),
		prototxt("a number of a million digits", "input_dim: "+strings.Repeat("9", 1<<20), `:1:12: integer 9999999999999999999999999999999999999999\.\.\. is out of range`),
		prototxt("half a million values", "input_dim: ["+strings.Repeat("1,", 1<<19)+"1]", `:1:524301: values in one prototxt: 262145, the limit is 262144; --limit values=N raises it`),
		prototxt("a hundred thousand layers", strings.Repeat("layer { }", 100_000), `: layers of the net: 100000, the limit is 65536; --limit nodes=N raises it`),
		prototxt("a name of a million bytes", `layer { name: "`+strings.Repeat("x", 1<<20)+`" }`, `:1:1: layer "xxxxxxxxxxxxxxxx\.\.\.": bytes in the name "xxxxxxxxxxxxxxxx"\.\.\.: 1048576, the limit is 1024; --limit name-length=N raises it`),
		prototxt("V1 and V2 layers in one net", `layer { name: "a" type: "Split" } layers { name: "b" type: SPLIT }`, `:1:1: the net has both 'layer' and 'layers' fields: bring it to 'layer' by hand`),
		prototxt("extents whose product overflows", string(net(`layer { name: "big" type: "Input" top: "big" input_param { shape { dim: 4294967296 dim: 4294967296 } } }`)), `:3:60: layer "big": shape 4294967296x4294967296 has more than 2147483647 elements`),
		prototxt("a negative extent", string(net(`layer { name: "big" type: "Input" top: "big" input_param { shape { dim: -1 } } }`)), `:3:60: layer "big": axis 0 of shape -1 is negative`),
		prototxt("a kernel of 2^31", `layer { name: "d" type: "Input" top: "d" input_param { shape { dim: [1, 1, 9, 9] } } } layer { name: "c" type: "Convolution" bottom: "d" top: "c" convolution_param { num_output: 1 kernel_size: 2147483648 pad: 2147483647 } }`, `:1:88: layer "c": kernel, stride, dilation and pads are limited to 16777216`),
		prototxt("a tile that repeats to 2^62 elements", string(net(`layer { name: "t" type: "Tile" bottom: "data" top: "t" tile_param { tiles: 2147483647 } }`)), `:3:1: layer "t": 2147483647 times input 1x3 along axis 1 has more than 2147483647 elements`),
		prototxt("a byte order mark", "\uFEFF"+topology, `:1:1: byte order mark: save the file as UTF-8 without one`),
		prototxt("zero bytes", topology+"\x00\x00", `:4:1: layer "ip": control character 0x00`),
		weighs("a shape without its values", "w.caffemodel", slices.Concat(text(1, "net"), caffeLayer("ip", blob(floats(5), 2, 3), blob(floats(2), 2))), `: `+ip+`blob 0 of the weights file \(byte \d+\) has shape 2x3 but 5 values`),
		weighs("a shape whose product overflows", "w.caffemodel", slices.Concat(text(1, "net"), caffeLayer("ip", blob(floats(6), 1<<32, 1<<32), blob(floats(2), 2))), `: `+ip+`blob 0 of the weights file \(byte 28\) has shape 4294967296x4294967296, the layer needs 2x3: these are the weights of another net`),
		weighs("a negative shape", "w.caffemodel", slices.Concat(text(1, "net"), caffeLayer("ip", blob(floats(6), 1<<64-2, 1<<64-3), blob(floats(2), 2))), `: `+ip+`blob 0 of the weights file \(byte 28\) has shape -2x-3, the layer needs 2x3: these are the weights of another net`),
		weighs("doubles and a half", "w.caffemodel", slices.Concat(text(1, "net"), caffeLayer("ip", double)), `: byte \d+: 44 bytes of packed numbers are not a multiple of 8`),
		weighs("a blob more than the layer has", "w.caffemodel", slices.Concat(text(1, "net"), caffeLayer("ip", blob(floats(6), 2, 3), blob(floats(2), 2), blob(floats(2), 2))), `: `+ip+`the weights file has 3 blobs for it, the layer has 2`),
		weighs("V1 and V2 layers in one file of weights", "w.caffemodel", slices.Concat(text(1, "net"), field(2, text(4, "ip")), caffeLayer("ip")), `: the net has both 'layer' and 'layers' fields: bring it to 'layer' by hand`),
		weighs("axes without end", "w.caffemodel", slices.Concat(text(1, "net"), caffeLayer("ip", blob(floats(6), slices.Repeat([]uint64{1}, 1<<19)...), blob(floats(2), 2))), `: byte \d+: values in one file: 262145, the limit is 262144; --limit values=N raises it`),
		weighs("weights that are a picture", "w.caffemodel", []byte("\x89PNG\r\n\x1a\n"), `: byte 2: truncated: the file ends inside the field that begins here`),
	}
	return append(cases, cuts(weighs, "w.caffemodel", caffemodel(), boundaries(caffemodel(), 2), `: (byte \d+: truncated: .*|layer "ip": .*)`)...)
}
