package caffe

import (
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/alexconv/alexconv/ir"
)

// ReadMean reads a mean image, a binaryproto, which is one BlobProto: float or
// double values under the legacy dimensions num, channels, height and width or
// under a shape. The tensor has the file's shape, (1, channels, height, width)
// in what compute_image_mean writes, its channels in the order of the training
// data, which for Caffe's models is BGR.
//
// The tensor's data may be a view of data. Errors are a [WireError] or wrap
// [ir.ErrInvalid].
func ReadMean(data []byte) (*ir.Tensor, error) {
	if len(data) == 0 {
		return nil, ir.Errorf(ir.ErrInvalid, "the file is empty")
	}
	r := &wireReader{src: data, limits: ir.DefaultLimits}
	b, err := r.blob(data)
	if err != nil {
		return nil, err
	}
	if b.count() == 0 {
		return nil, ir.Errorf(ir.ErrInvalid, "the mean image has no values")
	}
	if err := b.shape().Check(); err != nil {
		return nil, err
	}
	if n := b.shape().Elements(); n != b.count() {
		return nil, ir.Errorf(ir.ErrInvalid, "the mean image has shape %v, which is %d values, but %d are present", b.shape(), n, b.count())
	}
	return &ir.Tensor{Shape: b.shape(), Data: b.floats()}, nil
}

// LooksLikeMean reports whether a file that begins with prefix may be a
// binaryproto: fields of a BlobProto, up to the first numbers or as far as the
// prefix goes. An ONNX model's second field has another wire type, a
// caffemodel's and a GraphDef's first field have.
func LooksLikeMean(prefix []byte) bool {
	if LooksLikeText(prefix) {
		return false
	}
	for fields, b := 0, prefix; ; fields++ {
		number, typ, n := protowire.ConsumeTag(b)
		if n < 0 {
			return fields > 1
		}
		f := blobProto.byNumber[int32(number)]
		switch {
		case f == nil:
			return false
		case f.repeated && typ == protowire.BytesType:
			return wholeNumbers(b[n:], f)
		case typ != f.kind.wireType():
			return false
		case f.repeated:
			return true
		}
		b = b[n:]
		if n = protowire.ConsumeFieldValue(number, typ, b); n < 0 {
			return fields > 1
		}
		b = b[n:]
	}
}

// wholeNumbers reports whether b begins with the length of at least one packed
// number.
func wholeNumbers(b []byte, f *field) bool {
	size := uint64(4)
	if f.kind == kindDouble {
		size = 8
	}
	length, n := protowire.ConsumeVarint(b)
	return n > 0 && length > 0 && length%size == 0
}
