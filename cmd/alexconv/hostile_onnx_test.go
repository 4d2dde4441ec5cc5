//go:build linux

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
)

// field is one length-delimited field of a hand-made message.
func field(number protowire.Number, parts ...[]byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(nil, number, protowire.BytesType), bytes.Join(parts, nil))
}

func textField(number protowire.Number, s string) []byte { return field(number, []byte(s)) }

func varint(number protowire.Number, v uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(nil, number, protowire.VarintType), v)
}

// onnxModel is an ONNX model with an input x of two numbers, an output y and
// these fields of the graph.
func onnxModel(graph ...[]byte) []byte {
	x := field(11, textField(1, "x"), field(2, field(1, varint(1, 1), field(2, field(1, varint(1, 1)), field(1, varint(1, 2))))))
	body := append([][]byte{x, field(12, textField(1, "y"))}, graph...)
	return bytes.Join([][]byte{varint(1, 8), field(7, body...), field(8, varint(2, 13))}, nil)
}

// onnxNode is a node of the graph; inputs and outputs are given as "a b > c d".
func onnxNode(opType, wiring string, more ...[]byte) []byte {
	in, out, _ := strings.Cut(wiring, " > ")
	parts := [][]byte{textField(3, strings.ToLower(opType)), textField(4, opType)}
	for _, name := range strings.Fields(in) {
		parts = append(parts, textField(1, name))
	}
	for _, name := range strings.Fields(out) {
		parts = append(parts, textField(2, name))
	}
	return field(1, append(parts, more...)...)
}

// onnxFloats is an initialiser of float32 values with dims and further fields.
func onnxFloats(name string, dims []uint64, more ...[]byte) []byte {
	parts := [][]byte{varint(2, 1), textField(8, name)}
	for _, d := range dims {
		parts = append(parts, varint(1, d))
	}
	return field(5, append(parts, more...)...)
}

// onnxInts is an initialiser of int64 values.
func onnxInts(name string, values ...uint64) []byte {
	parts := [][]byte{varint(1, uint64(len(values))), varint(2, 7), textField(8, name)}
	for _, v := range values {
		parts = append(parts, varint(7, v))
	}
	return field(5, parts...)
}

// stands says where external data stands.
func stands(pairs ...string) []byte {
	all := varint(14, 1)
	for i := 0; i < len(pairs); i += 2 {
		all = append(all, field(13, textField(1, pairs[i]), textField(2, pairs[i+1]))...)
	}
	return all
}

// deepSubgraphs is a node with a subgraph with a node with a subgraph, and so on.
func deepSubgraphs(levels int) []byte {
	b := onnxNode("If", "x > y")
	for range levels {
		b = onnxNode("If", "x > y", field(5, textField(1, "then_branch"), field(6, b)))
	}
	return b
}

// manyNodes are so many in a chain from x to y.
func manyNodes(count int) []byte {
	var b []byte
	for i := range count {
		b = append(b, onnxNode("Relu", string(rune('a'+i%26))+" > "+string(rune('a'+(i+1)%26)))...)
	}
	return b
}

// growing is a chain of concatenations, each of the one before with itself.
func growing(steps int) []byte {
	b := onnxFloats("c0", []uint64{1}, field(9, make([]byte, 4)))
	axis := field(5, textField(1, "axis"), varint(3, 0), varint(20, 2))
	name := func(i int) string { return "c" + strings.Repeat("i", i) }
	b = append(b, onnxNode("Concat", "c0 c0 > "+name(1), axis)...)
	for i := 1; i < steps; i++ {
		b = append(b, onnxNode("Concat", name(i)+" "+name(i)+" > "+name(i+1), axis)...)
	}
	return append(b, onnxNode("Mul", "x "+name(steps)+" > y")...)
}

func TestHostileONNXModels(t *testing.T) {
	two := []uint64{2}
	mul := onnxNode("Mul", "x w > y")
	cases := []struct {
		name string
		src  []byte
		want string
	}{
		{"external data in the folder above", onnxModel(onnxFloats("w", two, stands("location", "../secret.bin")), mul), "must lie in the model's folder"},
		{"external data by an absolute path", onnxModel(onnxFloats("w", two, stands("location", "/etc/hostname")), mul), "must lie in the model's folder"},
		{"external data through a link out of the folder", onnxModel(onnxFloats("w", two, stands("location", "link.bin")), mul), "cannot be opened in the model's folder"},
		{"external data through a linked folder", onnxModel(onnxFloats("w", two, stands("location", "up/secret.bin")), mul), "cannot be opened in the model's folder"},
		{"external data from a pipe", onnxModel(onnxFloats("w", two, stands("location", "pipe")), mul), "is not a regular file"},
		{"external data that is not there", onnxModel(onnxFloats("w", two, stands("location", "none.bin")), mul), "there is no such file"},
		{"an offset beyond the file", onnxModel(onnxFloats("w", two, stands("location", "w.bin", "offset", "9")), mul), "reach beyond the file's end"},
		{"an offset that overflows", onnxModel(onnxFloats("w", two, stands("location", "w.bin", "offset", "9223372036854775800")), mul), "reach beyond the file's end"},
		{"a length beyond the file", onnxModel(onnxFloats("w", []uint64{3}, stands("location", "w.bin", "length", "12")), mul), "reach beyond the file's end"},
		{"a length of another tensor", onnxModel(onnxFloats("w", two, stands("location", "w.bin", "length", "1099511627776")), mul), "needs 8 bytes"},
		{"a cycle", onnxModel(onnxNode("Add", "x b > a"), onnxNode("Relu", "a > b"), onnxNode("Relu", "b > y")), "stands on a cycle"},
		{"a node that reads itself", onnxModel(onnxNode("Add", "x y > y")), "stands on a cycle"},
		{"a dimension of 2^62", onnxModel(onnxFloats("w", []uint64{1 << 62}), mul), "dimension 4611686018427387904 is out of range"},
		{"an input of 2^62", onnxModel(field(11, textField(1, "z"), field(2, field(1, varint(1, 1), field(2, field(1, varint(1, 1<<62)))))), onnxNode("Relu", "z > y")), "axis 0 has the size 4611686018427387904"},
		{"dimensions whose product overflows", onnxModel(onnxFloats("w", []uint64{1 << 30, 1 << 30, 4}), mul), "more than 2147483647 elements"},
		{"raw_data that is too short", onnxModel(onnxFloats("w", two, field(9, make([]byte, 7))), mul), "needs 8 bytes of raw_data, 7 are present"},
		{"raw_data that is too long", onnxModel(onnxFloats("w", two, field(9, make([]byte, 9))), mul), "needs 8 bytes of raw_data, 9 are present"},
		{"an initialiser twice", onnxModel(onnxFloats("w", two, field(9, make([]byte, 8))), onnxFloats("w", two, field(9, make([]byte, 8))), mul), "is given twice"},
		{"an output twice", onnxModel(onnxNode("Relu", "x > y"), onnxNode("Tanh", "x > y")), "is written already"},
		{"an input twice", onnxModel(field(11, textField(1, "x"), field(2, field(1, varint(1, 1), field(2, field(1, varint(1, 2)))))), onnxNode("Relu", "x > y")), "is declared twice"},
		{"a subgraph", onnxModel(deepSubgraphs(1)), "subgraphs are not supported"},
		{"subgraphs 1,000 deep", onnxModel(deepSubgraphs(1000)), "subgraphs are not supported"},
		{"100,000 nodes", onnxModel(manyNodes(100000)), "the limit is"},
		{"a million empty nodes", onnxModel(bytes.Repeat(field(1), 1<<20)), "262144"},
		{"a reshape to 2^60 elements", onnxModel(onnxInts("d", 1<<30, 1<<30), onnxNode("Reshape", "x d > y")), "more than 2147483647 elements"},
		{"an expansion to 2^60 elements", onnxModel(onnxInts("d", 1<<30, 1<<29, 2), onnxNode("Expand", "x d > y")), "more than 2147483647 elements"},
		{"a constant of 2^40 elements", onnxModel(onnxInts("d", 1<<20, 1<<20), onnxNode("ConstantOfShape", "d > w"), mul), "more than 2147483647 elements"},
		{"a constant of 2^30 elements", onnxModel(onnxInts("d", 1<<30), onnxNode("ConstantOfShape", "d > w"), mul), "the limit is"},
		{"a constant doubled 40 times", onnxModel(growing(40)), "the limit is"},
		{"a convolution with pads of 2^31", onnxModel(onnxFloats("k", []uint64{1, 1, 1}, field(9, make([]byte, 4))), onnxInts("d", 1, 1, 2), onnxNode("Reshape", "x d > r"),
			onnxNode("Conv", "r k > y", field(5, textField(1, "pads"), varint(8, 1<<31-1), varint(8, 1<<31-1), varint(20, 7)))), "limited to"},
		{"a slice in steps of -2^63", onnxModel(onnxInts("b", 1), onnxInts("e", 1<<63), onnxInts("a", 0), onnxInts("s", 1<<63), onnxNode("Slice", "x b e a s > y")), "negative step"},
	}
	outer := t.TempDir()
	folder := filepath.Join(outer, "model")
	for _, err := range []error{
		os.Mkdir(folder, 0o755),
		os.WriteFile(filepath.Join(outer, "secret.bin"), make([]byte, 8), 0o644),
		os.WriteFile(filepath.Join(folder, "w.bin"), make([]byte, 8), 0o644),
		os.Symlink("../secret.bin", filepath.Join(folder, "link.bin")),
		os.Symlink("..", filepath.Join(folder, "up")),
		syscall.Mkfifo(filepath.Join(folder, "pipe"), 0o644),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(folder, "model.onnx")
			if err := os.WriteFile(path, c.src, 0o644); err != nil {
				t.Fatal(err)
			}
			run := exec.Command(os.Args[0], "inspect", path)
			run.Args[0] = "alexconv"
			var stdout, stderr bytes.Buffer
			run.Stdout, run.Stderr = &stdout, &stderr
			_ = run.Run()
			line, ok := strings.CutSuffix(stderr.String(), "\n")
			switch {
			case run.ProcessState.ExitCode() != 3:
				t.Errorf("exit code %d, want 3: %s", run.ProcessState.ExitCode(), stderr.String())
			case !ok || strings.Contains(line, "\n") || !strings.HasPrefix(line, "alexconv: ") || !strings.Contains(line, c.want) || stdout.Len() > 0:
				t.Errorf("stderr %q, want one line with %q; stdout %q", stderr.String(), c.want, stdout.String())
			}
			checkMemory(t, run.ProcessState)
		})
	}
}
