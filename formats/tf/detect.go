package tf

import (
	"regexp"

	"google.golang.org/protobuf/encoding/protowire"
)

// nodeName and opName are what a GraphDef's nodes and operations are called.
var (
	nodeName = regexp.MustCompile(`^[A-Za-z0-9.][A-Za-z0-9_./>\\-]*$`)
	opName   = regexp.MustCompile(`^[A-Z_][A-Za-z0-9_>.]*$`)
)

// Detect reports whether a file that begins with these bytes can be a GraphDef:
// its first field is a node that begins with a name and an operation. An ONNX
// model begins with a number, a caffemodel with a name or a layer whose first
// two fields never are such strings.
func Detect(prefix []byte) bool {
	number, wire, n := protowire.ConsumeTag(prefix)
	if n < 0 || number != 1 || wire != protowire.BytesType {
		return false
	}
	_, size := protowire.ConsumeVarint(prefix[n:])
	if size < 0 {
		return false
	}
	rest := prefix[n+size:]
	for want, pattern := range []*regexp.Regexp{nodeName, opName} {
		number, wire, n := protowire.ConsumeTag(rest)
		if n < 0 || number != protowire.Number(want+1) || wire != protowire.BytesType {
			return false
		}
		text, size := protowire.ConsumeBytes(rest[n:])
		if size < 0 || !pattern.Match(text) {
			return false
		}
		rest = rest[n+size:]
	}
	return true
}
