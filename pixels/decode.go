package pixels

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
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

// Decode is [DecodeWithin] the default limits.
func Decode(data []byte) (picture image.Image, err error) {
	return DecodeWithin(data, ir.Limits{})
}

// DecodeWithin reads a JPEG (also progressive, grey or CMYK), PNG (of any depth,
// of which 8 bits are kept), BMP, WebP or GIF picture (its first frame). What
// the picture takes in memory is held against the limit on expansion before it
// is decoded. Errors wrap [ir.ErrInvalid] or [ir.ErrLimit].
func DecodeWithin(data []byte, limits ir.Limits) (picture image.Image, err error) {
	config, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, ir.Errorf(ir.ErrInvalid, "not a JPEG, PNG, BMP, WebP or GIF picture: %w", err)
	}
	what := fmt.Sprintf("bytes of a %s picture of %dx%d", format, config.Width, config.Height)
	size := int64(config.Width) * int64(config.Height) * pixelSize(data, format, config.ColorModel)
	if err := limits.OrDefaults().CheckExpansion(what, size, int64(len(data))); err != nil {
		return nil, err
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
	if format == "webp" {
		picture = fixWebP(picture)
	}
	return picture, nil
}

// progressive is the marker of a progressive JPEG's frame; compressed data
// cannot hold it.
const progressive = "\xff\xc2"

// pixelSize is how many bytes a pixel takes while a picture is decoded: a
// progressive JPEG's coefficients stay in memory besides its samples.
func pixelSize(data []byte, format string, model color.Model) int64 {
	const usual, double = 4, 8
	deep := model == color.Gray16Model || model == color.RGBA64Model || model == color.NRGBA64Model
	if deep || format == "jpeg" && bytes.Contains(data, []byte(progressive)) {
		return double
	}
	return usual
}
