package caffe

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"

	"github.com/alexconv/alexconv/ir"
	"google.golang.org/protobuf/encoding/protowire"
)

// blob is a BlobProto whose numbers still lie in the source.
type blob struct {
	legacy  bool     // any of num, channels, height, width is present
	corners [4]int64 // num, channels, height, width
	dims    []int64
	data    payload  // float32
	doubles payload  // float64; takes precedence over data
	offset  int64    // in a wire source
	at      position // in a text source
}

// payload is the runs of numbers that make up one repeated field.
type payload struct {
	runs  []run
	count int
}

// run is count numbers in raw, each stride bytes after the last: packed, or
// unpacked with a tag between each and the next.
type run struct {
	raw    []byte
	stride int
	count  int
}

// maxAxes is the most axes that Caffe allows in a blob.
const maxAxes = 32

// The field numbers of BlobProto.
const (
	blobNum        = 1
	blobWidth      = 4
	blobData       = 5
	blobDiff       = 6
	blobShapeField = 7
	blobDoubleData = 8
	blobDoubleDiff = 9
)

// blob reads the structure of a BlobProto. Of packed numbers it looks at
// nothing but the length.
func (r *wireReader) blob(content []byte) (*blob, error) {
	bl := &blob{offset: int64(cap(r.src) - cap(content))}
	shape := &message{schema: blobShape}
	var discarded payload
	for b := content; len(b) > 0; {
		number, typ, rest, err := r.tag(b)
		if err != nil {
			return nil, err
		}
		switch {
		case number >= blobNum && number <= blobWidth && typ == protowire.VarintType:
			x, n := protowire.ConsumeVarint(rest)
			if n < 0 {
				return nil, r.malformed(rest, n)
			}
			bl.legacy, bl.corners[number-blobNum] = true, int64(int32(x))
			rest = rest[n:]
		case number == blobShapeField && typ == protowire.BytesType:
			var part []byte
			if part, rest, err = r.bytes(rest); err == nil {
				err = r.message(shape, part)
			}
		case number == blobData:
			rest, err = r.numbers(&bl.data, floats32, b, rest, number, typ)
		case number == blobDiff:
			rest, err = r.numbers(&discarded, floats32, b, rest, number, typ)
		case number == blobDoubleData:
			rest, err = r.numbers(&bl.doubles, floats64, b, rest, number, typ)
		case number == blobDoubleDiff:
			rest, err = r.numbers(&discarded, floats64, b, rest, number, typ)
		default:
			rest, err = r.skip(number, typ, rest)
		}
		if err != nil {
			return nil, err
		}
		b = rest
	}
	for _, d := range shape.nums("dim") {
		bl.dims = append(bl.dims, int64(d))
	}
	return bl, nil
}

// fixedFloat is a wire encoding of floating-point numbers.
type fixedFloat struct {
	wire protowire.Type
	size int
}

var (
	floats32 = fixedFloat{protowire.Fixed32Type, 4}
	floats64 = fixedFloat{protowire.Fixed64Type, 8}
)

// numbers reads one packed occurrence of a repeated float or double field, or
// as many unpacked ones as follow each other. b begins with the tag, rest
// behind it.
func (r *wireReader) numbers(p *payload, f fixedFloat, b, rest []byte, number protowire.Number, typ protowire.Type) ([]byte, error) {
	if err := r.count(1, b); err != nil {
		return nil, err
	}
	switch typ {
	case protowire.BytesType:
		content, rest, err := r.bytes(rest)
		switch {
		case err != nil:
			return nil, err
		case len(content)%f.size != 0:
			return nil, r.errorf(content, "%d bytes of packed numbers are not a multiple of %d", len(content), f.size)
		}
		p.append(run{content, f.size, len(content) / f.size})
		return rest, nil
	case f.wire:
		if len(rest) < f.size {
			return nil, r.errorf(rest, "truncated: a number of %d bytes begins here, %d are left", f.size, len(rest))
		}
		head := len(b) - len(rest)
		stride, count := head+f.size, 1
		for next := b[stride:]; len(next) >= stride && bytes.Equal(next[:head], b[:head]); next = next[stride:] {
			count++
		}
		p.append(run{rest, stride, count})
		return b[count*stride:], nil
	}
	return r.skip(number, typ, rest)
}

func (p *payload) append(s run) {
	if s.count > 0 {
		p.runs = append(p.runs, s)
		p.count += s.count
	}
}

// shape is the blob's own shape: four legacy dimensions if any is present,
// else the BlobShape, which may be empty (a scalar).
func (b *blob) shape() ir.Shape {
	dims := b.dims
	if b.legacy {
		dims = b.corners[:]
	}
	s := make(ir.Shape, len(dims))
	for i, d := range dims {
		s[i] = int(d)
	}
	return s
}

// fits reports whether the blob may be copied into a parameter of the given
// shape: equal shapes, or legacy dimensions that equal the shape with ones in
// front up to four axes.
func (b *blob) fits(s ir.Shape) bool {
	if b.legacy && len(s) <= 4 {
		four := ir.Shape{1, 1, 1, 1}
		copy(four[4-len(s):], s)
		s = four
	}
	return b.shape().Equal(s)
}

// place is where the blob stands in its source.
func (b *blob) place() string {
	if b.at != (position{}) {
		return b.at.String()
	}
	return fmt.Sprintf("byte %d", b.offset)
}

// count is the number of values present.
func (b *blob) count() int {
	if b.doubles.count > 0 {
		return b.doubles.count
	}
	return b.data.count
}

// floats is the values: a view of the source where they lie packed in one
// piece and the machine can read them there, else a copy.
func (b *blob) floats() []float32 {
	if b.doubles.count > 0 {
		out := make([]float32, 0, b.doubles.count)
		for _, s := range b.doubles.runs {
			for i := range s.count {
				x := math.Float64frombits(binary.LittleEndian.Uint64(s.raw[i*s.stride:]))
				out = append(out, float32(x))
			}
		}
		return out
	}
	if len(b.data.runs) == 1 && b.data.runs[0].stride == 4 {
		return ir.FloatsOf(b.data.runs[0].raw[:4*b.data.count])
	}
	out := make([]float32, 0, b.data.count)
	for _, s := range b.data.runs {
		for i := range s.count {
			out = append(out, math.Float32frombits(binary.LittleEndian.Uint32(s.raw[i*s.stride:])))
		}
	}
	return out
}
