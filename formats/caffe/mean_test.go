package caffe

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/alexconv/alexconv/internal/guard"
	"github.com/alexconv/alexconv/ir"
)

// meanFile is a BlobProto in text form as a binaryproto.
func meanFile(t testing.TB, text string) []byte {
	t.Helper()
	m, err := parseText(text, blobProto, ir.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := encode(m).WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestReadMean(t *testing.T) {
	six := &ir.Tensor{Shape: ir.Shape{1, 3, 1, 2}, Data: []float32{1, 2, 3, 4, 5, 6}}
	const legacy = "num: 1 channels: 3 height: 1 width: 2 "
	for _, c := range []struct {
		name, text string
		want       *ir.Tensor
		err        string
	}{
		{"as compute_image_mean writes it", legacy + "data: [1, 2, 3, 4, 5, 6]", six, ""},
		{"a shape", "shape { dim: [1, 3, 1, 2] } data: [1, 2, 3, 4, 5, 6]", six, ""},
		{"doubles", legacy + "double_data: [1, 2, 3, 4, 5, 6]", six, ""},
		{"doubles go before floats", legacy + "data: 9 double_data: [1, 2, 3, 4, 5, 6]", six, ""},
		{"legacy dimensions go before a shape", legacy + "shape { dim: 6 } data: [1, 2, 3, 4, 5, 6]", six, ""},
		{"three axes", "shape { dim: [3, 1, 2] } data: [1, 2, 3, 4, 5, 6]", &ir.Tensor{Shape: ir.Shape{3, 1, 2}, Data: six.Data}, ""},
		{"too few values", legacy + "data: [1, 2]", nil, "the mean image has shape 1x3x1x2, which is 6 values, but 2 are present"},
		{"no shape for several values", "data: [1, 2]", nil, "shape scalar, which is 1 values, but 2 are present"},
		{"no values", legacy, nil, "no values"},
		{"dimensions left out are 0", "num: 1 data: 1", nil, "shape 1x0x0x0, which is 0 values"},
		{"a negative extent", "num: -1 channels: -1 height: 1 width: 1 data: 1", nil, "axis 0 of shape -1x-1x1x1 is negative"},
		{"a product beyond 64 bits", "shape { dim: [4294967296, 4294967296, 1] } data: 1", nil, "has more than"},
	} {
		got, err := ReadMean(meanFile(t, c.text))
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%s: error %v, want %q", c.name, err, c.err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		} else if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", c.name, diff)
		}
	}
}

func TestReadMeanRefusesOtherBytes(t *testing.T) {
	good := meanFile(t, "num: 1 channels: 1 height: 1 width: 2 data: [1, 2]")
	// Cut between two fields, the file is a smaller message: then it is the
	// values that are missing.
	for cut := range len(good) {
		if _, err := ReadMean(good[:cut]); !errors.Is(err, ir.ErrInvalid) {
			t.Errorf("the first %d of %d bytes: %v", cut, len(good), err)
		}
	}
	if _, err := ReadMean([]byte("\x2a\x07\x00\x00\x80\x3f\x00\x00\x80")); err == nil || err.Error() != "byte 2: 7 bytes of packed numbers are not a multiple of 4" {
		t.Errorf("a number and a half: %v", err)
	}
}

func TestMeansAreToldApart(t *testing.T) {
	for _, c := range []struct {
		name, prefix string
		want         bool
	}{
		{"legacy dimensions, then floats", "\x08\x01\x10\x03\x18\x80\x02\x20\x80\x02\x2a\x80\x80\x30\x00\x00", true},
		{"a shape, then floats", "\x3a\x03\x0a\x01\x01\x2a\x04\x00\x00", true},
		{"floats at once", "\x2a\x08\x00\x00\x00\x00", true},
		{"an unpacked float", "\x2d\x00\x00\x80\x3f", true},
		{"doubles", "\x08\x01\x42\x10\x00", true},
		{"cut within the dimensions", "\x08\x01\x10\x03\x18", true},
		{"floats of a length that is none", "\x2a\x07\x00\x00\x00\x00", false},
		{"an ONNX model", "\x08\x07\x12\x07pytorch", false},
		{"the beginning of either", "\x08\x07", false},
		{"a caffemodel", "\n\aAlexNet\xa2\x06\x13", false},
		{"a V1 caffemodel without a name", "\x12\x08\x12\x04data\x28\x05", false},
		{"a TensorFlow graph", "\n\x12\n\x04data\x12\nPlaceholder", false},
		{"a prototxt", "name: 'x'", false},
		{"an HDF5 file", "\x89HDF\r\n\x1a\n", false},
		{"nothing", "", false},
	} {
		if got := LooksLikeMean([]byte(c.prefix)); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// FuzzMean feeds ReadMean: what it accepts fills its shape.
func FuzzMean(f *testing.F) {
	for _, text := range []string{
		"num: 1 channels: 3 height: 1 width: 2 data: [1, 2, 3, 4, 5, 6]",
		"shape { dim: [1, 2] } double_data: [1, 2]",
		"data: 1",
	} {
		f.Add(meanFile(f, text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var mean *ir.Tensor
		var err error
		guard.Read(t, data, func() { mean, err = ReadMean(data) })
		if err != nil {
			return
		}
		if err := mean.Check(); err != nil {
			t.Fatal(err)
		}
	})
}
