package hostile

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/png"
	"strings"
)

// pictures is a net that takes pictures.
const pictures = `layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 1 dim: 3 dim: 4 dim: 4 } } }
layer { name: "relu" type: "ReLU" bottom: "data" top: "relu" }
`

// shows is a case of a picture as an input.
func shows(name, file string, content []byte, says string) Case {
	return Case{
		Name:  name,
		Files: map[string][]byte{"net.prototxt": []byte(pictures), file: content},
		Args:  []string{"run", "net.prototxt", file, "-o", "out.npz"},
		Says:  `net\.prototxt: ` + says,
	}
}

// pngOf is a picture that is one pixel and claims another size.
func pngOf(width, height uint32) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewNRGBA(image.Rect(0, 0, 1, 1))); err != nil {
		panic(err) // memory takes it
	}
	data := b.Bytes()
	head := data[12:29] // the type and content of IHDR
	binary.BigEndian.PutUint32(head[4:], width)
	binary.BigEndian.PutUint32(head[8:], height)
	binary.BigEndian.PutUint32(data[29:], crc32.ChecksumIEEE(head))
	return data
}

// jpegOf is the head of a JPEG file of the given size, progressive or not.
func jpegOf(width, height uint16, frame byte) []byte {
	b := []byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00")
	b = append(b, 0xff, frame, 0, 17, 8)
	b = binary.BigEndian.AppendUint16(b, height)
	b = binary.BigEndian.AppendUint16(b, width)
	return append(b, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0)
}

// bmpOf is the head of a bitmap.
func bmpOf(width, height uint32) []byte {
	b := append([]byte("BM"), make([]byte, 52)...)
	binary.LittleEndian.PutUint32(b[10:], 54)
	binary.LittleEndian.PutUint32(b[14:], 40)
	binary.LittleEndian.PutUint32(b[18:], width)
	binary.LittleEndian.PutUint32(b[22:], height)
	binary.LittleEndian.PutUint16(b[26:], 1)
	binary.LittleEndian.PutUint16(b[28:], 24)
	return b
}

func pictureCases() []Case {
	whole := pngOf(1, 1)
	mean := []byte("\x08\x01\x10\x03\x18\xff\xff\xff\xff\x07\x20\xff\xff\xff\xff\x07\x2a\x04\x00\x00\x00\x00")
	return []Case{
		shows("a PNG of 60000x60000 in a few bytes", "x.png", pngOf(60000, 60000), `x\.png: bytes of a png picture of 60000x60000: 14400000000, the limit is \d+; --limit expansion=N raises it`),
		shows("a JPEG of 65535x65535 in a few bytes", "x.jpg", jpegOf(65535, 65535, 0xc0), `x\.jpg: bytes of a jpeg picture of 65535x65535: 17179344900, the limit is \d+; --limit expansion=N raises it`),
		shows("a progressive JPEG of 3000x3000 in a few bytes", "x.jpg", jpegOf(3000, 3000, 0xc2), `x\.jpg: bytes of a jpeg picture of 3000x3000: 72000000, the limit is \d+; --limit expansion=N raises it`),
		shows("a bitmap of 2^30x2^30", "x.bmp", bmpOf(1<<30, 1<<30), `x\.bmp: bytes of a bmp picture of 1073741824x1073741824: 4611686018427387904, the limit is \d+; --limit expansion=N raises it`),
		shows("a picture cut short", "x.png", whole[:len(whole)-20], `x\.png: damaged png picture: png: invalid format: unexpected EOF`),
		shows("text for a picture", "x.png", []byte(strings.Repeat("x", 100)), `x\.png: not a JPEG, PNG, BMP, WebP or GIF picture: image: unknown format`),
		{Name: "a mean image whose product overflows", Files: map[string][]byte{"mean.binaryproto": mean}, Args: []string{"convert", "mean.binaryproto", "-o", "mean.npy"}, Says: `mean\.binaryproto: shape 1x3x2147483647x2147483647 has more than 2147483647 elements`},
		{Name: "a mean image without its values", Files: map[string][]byte{"mean.binaryproto": mean[:16]}, Args: []string{"convert", "mean.binaryproto", "-o", "mean.npy"}, Says: `mean\.binaryproto: the mean image has no values`},
	}
}
