package verify

import (
	"html/template"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/weights"
)

// picture is the filters of a first convolution as one image.
type picture struct {
	Title  string
	Width  int
	Height int
	Source template.URL // a data URI of a PNG
}

// filterPictures shows the filters of the first convolution over an image, of
// the reference and of the other model, none where there is no such pair.
func filterPictures(a *alignment) []picture {
	for _, s := range a.left.stages {
		match := a.partner[s]
		if !seesImage(s) || match == nil || !seesImage(match) {
			continue
		}
		return []picture{contactSheet("reference", s.node.Params[0]), contactSheet("other", match.node.Params[0])}
	}
	return nil
}

func seesImage(s *stage) bool {
	_, ok := s.node.Op.(*ir.Conv)
	return ok && len(s.node.Params) > 0 && weights.Shows(s.node.Params[0])
}

// contactSheet has all filters of one side in one scale; three channels are blue,
// green and red, as in Caffe.
func contactSheet(title string, w *ir.Tensor) picture {
	sheet := weights.Sheet(w, weights.BGR, weights.Shared)
	source, err := weights.DataURI(sheet)
	if err != nil {
		return picture{Title: title}
	}
	return picture{title, sheet.Rect.Dx(), sheet.Rect.Dy(), template.URL(source)}
}
