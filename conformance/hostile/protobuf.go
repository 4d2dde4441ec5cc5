package hostile

import (
	"bytes"
	"math"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"
)

// field is a length-delimited field that holds the parts one after the other.
func field(number protowire.Number, parts ...[]byte) []byte {
	b := protowire.AppendTag(nil, number, protowire.BytesType)
	return protowire.AppendBytes(b, bytes.Join(parts, nil))
}

func text(number protowire.Number, s string) []byte { return field(number, []byte(s)) }

func number(field protowire.Number, n uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(nil, field, protowire.VarintType), n)
}

// bomb is the head of a field that announces n bytes and has none.
func bomb(number protowire.Number, n uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(nil, number, protowire.BytesType), n)
}

// varints is a packed list of integers.
func varints(list ...uint64) []byte {
	var b []byte
	for _, n := range list {
		b = protowire.AppendVarint(b, n)
	}
	return b
}

// floats is little-endian float32 values, from 1 on.
func floats(n int) []byte {
	var b []byte
	for i := range n {
		b = protowire.AppendFixed32(b, math.Float32bits(float32(i+1)))
	}
	return b
}

// within are the boundaries inside of the message's fields, without those between
// them, at which a smaller message ends.
func within(message []byte, depth int) []int {
	places := boundaries(message, depth)
	between := boundaries(message, 0)
	return slices.DeleteFunc(places, func(n int) bool { return slices.Contains(between, n) })
}

// boundaries are the places in a message at which a field of it, or of a message
// in it down to the given depth, begins.
func boundaries(message []byte, depth int) []int {
	var places []int
	for at := 0; at < len(message); {
		if at > 0 {
			places = append(places, at)
		}
		number, typ, tag := protowire.ConsumeTag(message[at:])
		if tag < 0 {
			return places
		}
		size := protowire.ConsumeFieldValue(number, typ, message[at+tag:])
		if size < 0 {
			return places
		}
		if content, n := protowire.ConsumeBytes(message[at+tag:]); typ == protowire.BytesType && depth > 0 {
			head := at + tag + n - len(content)
			places = append(places, head)
			for _, p := range boundaries(content, depth-1) {
				places = append(places, head+p)
			}
		}
		at += tag + size
	}
	return slices.Compact(slices.Sorted(slices.Values(places)))
}

// protobufCases are damages that every format of protobuf messages shares.
func protobufCases() []Case {
	return []Case{
		weighs("a caffemodel that announces more than it has", "w.caffemodel", slices.Concat(text(1, "net"), bomb(100, 1<<31)), `: byte 7: truncated: a field of 2147483648 bytes begins here, 0 are left`),
		weighs("a caffemodel that announces 2^63 bytes", "w.caffemodel", slices.Concat(text(1, "net"), bomb(100, 1<<63)), `: byte 7: truncated: a field of 9223372036854775808 bytes begins here, 0 are left`),
		weighs("a length of eleven bytes", "w.caffemodel", slices.Concat(text(1, "net"), bytes.Repeat([]byte{0xff}, 11)), `: byte 5: malformed: no protobuf field begins here`),
		weighs("groups within groups", "w.caffemodel", slices.Concat(text(1, "net"), bytes.Repeat([]byte{0x53}, 1<<20)), `: byte 6: malformed: no protobuf field begins here`),
		digests("an ONNX model that announces more than it has", "x.onnx", slices.Concat(number(1, 8), bomb(7, 1<<31)), `: onnx: byte 2: ModelProto: field 7 is malformed or reaches beyond the end of its message \(byte 8\)`),
		digests("an ONNX model that announces 2^63 bytes", "x.onnx", slices.Concat(number(1, 8), bomb(7, 1<<63)), `: onnx: byte 2: ModelProto: field 7 is malformed or reaches beyond the end of its message \(byte 13\)`),
		digests("a graph of TensorFlow's that announces more than it has", "x.pb", slices.Concat(field(1, text(1, "x"), text(2, "Placeholder")), bomb(1, 1<<31)), `: tf: byte 18: GraphDef: field 1 is malformed or reaches beyond the end of its message \(byte 24\)`),
	}
}
