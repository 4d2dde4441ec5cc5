package onnx

import "google.golang.org/protobuf/encoding/protowire"

// modelFields are the fields of ModelProto with their wire types.
var modelFields = map[protowire.Number]protowire.Type{
	1: protowire.VarintType, // ir_version
	2: protowire.BytesType,  // producer_name
	3: protowire.BytesType,  // producer_version
	4: protowire.BytesType,  // domain
	5: protowire.VarintType, // model_version
	6: protowire.BytesType,  // doc_string
	7: protowire.BytesType,  // graph
	8: protowire.BytesType,  // opset_import

	14: protowire.BytesType, // metadata_props
	20: protowire.BytesType, // training_info
	25: protowire.BytesType, // functions
}

// Detect reports whether a file that begins with these bytes can be an ONNX
// model: every field in sight is one of ModelProto's, and one of them is its
// ir_version or its graph. A caffemodel never is: there, field 1 is a string
// and field 7 a number.
func Detect(prefix []byte) bool {
	seen := false
	for len(prefix) > 0 {
		number, wire, n := protowire.ConsumeTag(prefix)
		if n < 0 {
			break
		}
		if want, ok := modelFields[number]; !ok || want != wire {
			return false
		}
		seen = seen || number == 1 || number == 7
		prefix = prefix[n:]
		if n = protowire.ConsumeFieldValue(number, wire, prefix); n < 0 {
			break
		}
		prefix = prefix[n:]
	}
	return seen
}
