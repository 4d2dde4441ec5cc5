package convert

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/alexconv/alexconv/ir"
)

// withExternal is an ONNX model y = x*w whose w, two float32 values, stands at a
// location beside it.
func withExternal(location string) []byte {
	text := func(number protowire.Number, parts ...[]byte) []byte {
		var body []byte
		for _, p := range parts {
			body = append(body, p...)
		}
		return protowire.AppendBytes(protowire.AppendTag(nil, number, protowire.BytesType), body)
	}
	num := func(number protowire.Number, v uint64) []byte {
		return protowire.AppendVarint(protowire.AppendTag(nil, number, protowire.VarintType), v)
	}
	where := text(13, text(1, []byte("location")), text(2, []byte(location)))
	w := text(5, num(1, 2), num(2, 1), text(8, []byte("w")), where, num(14, 1))
	x := text(11, text(1, []byte("x")), text(2, text(1, num(1, 1), text(2, text(1, num(1, 1)), text(1, num(1, 2))))))
	mul := text(1, text(1, []byte("x")), text(1, []byte("w")), text(2, []byte("y")), text(4, []byte("Mul")))
	model := append(num(1, 8), text(7, mul, w, x, text(12, text(1, []byte("y"))))...)
	return append(model, text(8, num(2, 13))...)
}

// besideFolder makes a folder with the model and w.bin inside another one, in
// which outside.bin lies, and gives the model's path.
func besideFolder(t *testing.T, location string) string {
	t.Helper()
	outer := t.TempDir()
	folder := filepath.Join(outer, "model")
	for _, dir := range []string{"deep", "real"} {
		if err := os.MkdirAll(filepath.Join(folder, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	weights := []byte{0, 0, 128, 63, 0, 0, 0, 64} // 1, 2
	for name, data := range map[string][]byte{
		"outside.bin":         weights,
		"model/w.bin":         weights,
		"model/deep/w.bin":    weights,
		"model/short.bin":     weights[:7],
		"model/empty.bin":     nil,
		"model/the net.onnx":  withExternal(location),
		"model/w..bin":        weights,
		"model/real/w ok.bin": weights,
	} {
		if err := os.WriteFile(filepath.Join(outer, filepath.FromSlash(name)), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if runtime.GOOS != "windows" {
		for link, to := range map[string]string{"out.bin": "../outside.bin", "in.bin": "w.bin", "up": "..", "loop.bin": "loop.bin"} {
			if err := os.Symlink(to, filepath.Join(folder, link)); err != nil {
				t.Fatal(err)
			}
		}
	}
	return filepath.Join(folder, "the net.onnx")
}

func TestExternalWeightsStayInTheModelsFolder(t *testing.T) {
	absolute, err := filepath.Abs("external.go")
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name, location string
		want           string // empty where it is read
	}{
		{"beside the model", "w.bin", ""},
		{"with a dot before", "./w.bin", ""},
		{"in a folder below", "deep/w.bin", ""},
		{"a name with dots", "w..bin", ""},
		{"a name with a space", "real/w ok.bin", ""},
		{"a link to a file beside", "in.bin", ""},
		{"in the folder above", "../outside.bin", "must lie in the model's folder"},
		{"out and in again", "../model/w.bin", "must lie in the model's folder"},
		{"down and up", "deep/../w.bin", "must lie in the model's folder"},
		{"an absolute path", filepath.ToSlash(absolute), "must lie in the model's folder"},
		{"the folder itself", ".", "must lie in the model's folder"},
		{"a link out of the folder", "out.bin", "cannot be opened in the model's folder"},
		{"through a link out of the folder", "up/outside.bin", "cannot be opened in the model's folder"},
		{"a link to itself", "loop.bin", "cannot be opened in the model's folder"},
		{"a folder below", "deep", "is not a regular file"},
		{"a file that is not there", "v.bin", "there is no such file"},
		{"a zero byte in the name", "w.bin\x00", "cannot be opened"},
		{"a file that is too short", "short.bin", "reach beyond the file's end, byte 7"},
		{"an empty file", "empty.bin", "reach beyond the file's end, byte 0"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			path := besideFolder(t, c.location)
			for _, o := range []OpenOptions{{}, {Resident: true}, {NoMap: true}} {
				m, err := Open(path, o)
				if c.want == "" {
					if err != nil {
						t.Fatal(err)
					}
					if w := m.Graph.Nodes[1].Params[0]; w.Data[1] != 2 || len(m.Paths) != 2 {
						t.Errorf("read %v from %q", w.Data, m.Paths)
					}
					if err := m.Close(); err != nil {
						t.Error(err)
					}
					continue
				}
				if err == nil {
					m.Close()
					t.Fatalf("read, want %q", c.want)
				}
				if !errors.Is(err, ir.ErrInvalid) || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), `tensor "w"`) || strings.Contains(err.Error(), "\n") {
					t.Errorf("%v, want %q", err, c.want)
				}
			}
		})
	}
}

func TestExternalWeightsOfAModelFromAPipe(t *testing.T) {
	_, err := Open("-", OpenOptions{Stdin: strings.NewReader(string(withExternal("w.bin")))})
	if !errors.Is(err, ir.ErrUnsupported) || !strings.Contains(err.Error(), "read it as a file in its folder") {
		t.Error(err)
	}
}
