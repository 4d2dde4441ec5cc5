package hostile

import "bytes"

// pathCases are names that lead elsewhere, and files that are nothing.
func pathCases() []Case {
	model := map[string][]byte{"net.prototxt": []byte(topology)}
	return []Case{
		{Name: "a symbolic link to nothing", Links: map[string]string{"x.onnx": "nowhere"}, Args: []string{"digest", "x.onnx"}, Says: `x\.onnx: no such file or directory`},
		{Name: "a symbolic link to itself", Links: map[string]string{"x.onnx": "x.onnx"}, Args: []string{"digest", "x.onnx"}, Says: `x\.onnx: too many levels of symbolic links`},
		{Name: "a symbolic link to a device", Links: map[string]string{"x.onnx": "/dev/zero"}, Args: []string{"digest", "x.onnx"}, Says: `x\.onnx: is not a regular file; give a model file`},
		{Name: "a symbolic link to a folder", Links: map[string]string{"x.onnx": "."}, Args: []string{"digest", "x.onnx"}, Says: `x\.onnx: is a directory; give a model file`},
		{Name: "an output that is a link to the input", Files: model, Links: map[string]string{"out.prototxt": "net.prototxt"}, Args: []string{"convert", "net.prototxt", "-o", "out.prototxt", "--force"}, Says: `out\.prototxt: is the model's own file; choose another output`},
		digests("an empty file", "x.onnx", nil, `: the file is empty`),
		digests("zeros", "x.onnx", make([]byte, 1<<20), `: onnx: byte 0: ModelProto: the field's tag is malformed or cut off`),
		digests("ones", "x", bytes.Repeat([]byte{0xff}, 1<<20), `: the content is of no known format; name one with --from`),
		digests("an ELF program", "x.pb", []byte("\x7fELF\x02\x01\x01\x00"), `: tf: byte 0: GraphDef: field 15 is malformed or reaches beyond the end of its message \(byte 8\)`),
	}
}
