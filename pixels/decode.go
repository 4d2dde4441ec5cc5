package pixels

import (
	"bytes"
	"image"
	_ "image/gif" // decoders register themselves
	_ "image/jpeg"
	_ "image/png"
	"path/filepath"
	"slices"
	"strings"

	_ "golang.org/x/image/bmp"
	_ "golang.org/x/image/webp"

	"github.com/alexconv/alexconv/ir"
)

// MaxPixels bounds a picture's size before it is decoded: what a file of a few
// bytes can claim must not decide how much memory is taken.
const MaxPixels = 1 << 27

// extensions are the usual ends of the names of files that [Decode] reads.
var extensions = []string{".png", ".jpg", ".jpeg", ".jpe", ".bmp", ".webp", ".gif"}

// HasExtension reports whether a file's name ends as that of a picture.
func HasExtension(name string) bool {
	return slices.Contains(extensions, strings.ToLower(filepath.Ext(name)))
}

// Detect reports whether data begins as a picture that [Decode] reads.
func Detect(data []byte) bool {
	_, _, err := image.DecodeConfig(bytes.NewReader(data))
	return err == nil
}

// Decode reads a JPEG (also progressive, grey or CMYK), PNG (of any depth, of
// which 8 bits are kept), BMP, WebP or GIF picture (its first frame) of at most
// [MaxPixels] pixels. Errors wrap [ir.ErrInvalid] or [ir.ErrLimit].
func Decode(data []byte) (picture image.Image, err error) {
	config, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, ir.Errorf(ir.ErrInvalid, "not a JPEG, PNG, BMP, WebP or GIF picture: %w", err)
	}
	if n := int64(config.Width) * int64(config.Height); n > MaxPixels {
		return nil, ir.Errorf(ir.ErrLimit, "a %s picture of %dx%d, %d pixels; the limit is %d", format, config.Width, config.Height, n, MaxPixels)
	}
	if config.Width < 1 || config.Height < 1 {
		return nil, ir.Errorf(ir.ErrInvalid, "a %s picture of %dx%d pixels", format, config.Width, config.Height)
	}
	defer func() {
		if fault := recover(); fault != nil {
			picture, err = nil, ir.Errorf(ir.ErrInvalid, "damaged %s picture: %v", format, fault)
		}
	}()
	picture, _, err = image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, ir.Errorf(ir.ErrInvalid, "damaged %s picture: %w", format, err)
	}
	return picture, nil
}
