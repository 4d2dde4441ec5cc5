package onnx

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/alexconv/alexconv/ir"
)

// beside is a model x*w whose w, 2 float32 values, has external data with the
// given pairs of key and value.
func beside(pairs ...string) []byte {
	w := [][]byte{varint(1, 2), varint(2, 1), field(8, []byte("w")), varint(14, 1)}
	for i := 0; i < len(pairs); i += 2 {
		w = append(w, field(13, field(1, []byte(pairs[i])), field(2, []byte(pairs[i+1]))))
	}
	return product(w...)
}

// product is a model y = x*w with the fields of the tensor w.
func product(w ...[]byte) []byte {
	shape := field(2, field(1, varint(1, 1)), field(1, varint(1, 2)))
	graph := field(7,
		field(1, field(1, []byte("x")), field(1, []byte("w")), field(2, []byte("y")), field(4, []byte("Mul"))),
		field(5, w...),
		field(11, field(1, []byte("x")), field(2, field(1, varint(1, 1), shape))),
		field(12, field(1, []byte("y"))))
	return append(append(varint(1, 8), graph...), field(8, varint(2, 13))...)
}

// folder holds one file, w.bin, of 12 bytes: 0, 1 and 2 as float32.
func folder(location string) ([]byte, error) {
	if location != "w.bin" {
		return nil, ir.Errorf(ir.ErrInvalid, "there is no such file")
	}
	return ir.BytesOf([]float32{0, 1, 2}), nil
}

func TestExternalDataIsRead(t *testing.T) {
	cases := []struct {
		name string
		src  []byte
		want []float32
	}{
		{"from the beginning", beside("location", "w.bin"), []float32{0, 1}},
		{"from an offset", beside("location", "w.bin", "offset", "4"), []float32{1, 2}},
		{"with its length", beside("location", "w.bin", "offset", "4", "length", "8"), []float32{1, 2}},
		{"with a checksum", beside("location", "w.bin", "checksum", "0"), []float32{0, 1}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			g, err := Read(c.src, ReadOptions{External: folder})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, g.Nodes[1].Params[0].Data); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestExternalDataIsRefused(t *testing.T) {
	cases := []struct {
		name string
		src  []byte
		kind error
		want string
	}{
		{"without a place", beside(), ir.ErrInvalid, "does not say in which file"},
		{"an empty place", beside("location", ""), ir.ErrInvalid, "does not say in which file"},
		{"another file", beside("location", "v.bin"), ir.ErrInvalid, `tensor "w": external data in "v.bin": there is no such file`},
		{"an offset beyond the end", beside("location", "w.bin", "offset", "13"), ir.ErrInvalid, "8 bytes from byte 13 on reach beyond the file's end, byte 12"},
		{"values beyond the end", beside("location", "w.bin", "offset", "5"), ir.ErrInvalid, "8 bytes from byte 5 on reach beyond"},
		{"an offset beyond all files", beside("location", "w.bin", "offset", "9223372036854775807"), ir.ErrInvalid, "reach beyond"},
		{"an offset below 0", beside("location", "w.bin", "offset", "-1"), ir.ErrInvalid, `the offset of external data is "-1"`},
		{"an offset that is no number", beside("location", "w.bin", "offset", "0x4"), ir.ErrInvalid, `the offset of external data is "0x4"`},
		{"another length", beside("location", "w.bin", "length", "12"), ir.ErrInvalid, "float32 of 2 needs 8 bytes, external data has 12"},
		{"an unknown key", beside("location", "w.bin", "compression", "gzip"), ir.ErrInvalid, `unknown key "compression"`},
		{"values as well", product(varint(1, 1), varint(2, 1), field(8, []byte("w")), varint(14, 1), field(13, field(1, []byte("location")), field(2, []byte("w.bin"))), field(9, make([]byte, 4))), ir.ErrInvalid, "both external data and values"},
		{"a place and no data there", product(varint(1, 1), varint(2, 1), field(8, []byte("w")), field(13, field(1, []byte("location")), field(2, []byte("w.bin")))), ir.ErrInvalid, "data_location"},
		{"strings", product(varint(1, 1), varint(2, 8), field(8, []byte("w")), varint(14, 1), field(13, field(1, []byte("location")), field(2, []byte("w.bin")))), ir.ErrUnsupported, "external data of string values"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := Read(c.src, ReadOptions{External: folder})
			if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
	if _, err := Read(beside("location", "w.bin"), ReadOptions{}); !errors.Is(err, ir.ErrUnsupported) || !strings.Contains(err.Error(), "only the model itself is here") {
		t.Errorf("without files: %v", err)
	}
}
