package verify

import (
	_ "embed"
	"html/template"
	"io"
	"slices"
)

//go:embed report.html
var pageText string

var page = template.Must(template.New("report").Parse(pageText))

// WriteHTML writes the report as one page that needs no network: the graph, with
// each layer coloured by its verdict and its figures on selection, the causes,
// histograms of the deviations, a map of those of the first layer that fails, the
// filters of the first convolution of both models, and the command.
func (r *Report) WriteHTML(w io.Writer) error {
	d := pageData{Report: r, Drawing: r.drawing(), Filters: r.filters}
	for _, c := range r.Causes {
		row := pageCause{Cause: c, Text: c.text()}
		if c.Warning {
			d.Warnings = append(d.Warnings, row)
		} else {
			d.Explained = append(d.Explained, row)
		}
	}
	if r.FirstDivergence != nil {
		d.Map = r.FirstDivergence.Map
	}
	return page.Execute(w, d)
}

type pageData struct {
	*Report
	Drawing   drawing
	Filters   []picture
	Map       [][]Number
	Explained []pageCause
	Warnings  []pageCause
}

type pageCause struct {
	Cause
	Text string
}

// drawing is the graph of the layers: rows in order, lanes for branches.
type drawing struct {
	Width, Height int
	Boxes         []box
	Edges         []edge
}

type box struct {
	X, Y, Layer int
	Name, Op    string
	Verdict     Verdict
}

type edge struct{ X1, Y1, C1, C2, X2, Y2 int }

// The measures of a drawing in units of its coordinates.
const (
	boxWidth, boxHeight   = 150, 26
	laneWidth, rowHeight  = 166, 40
	drawingLeft, firstRow = 8, 8
)

// drawing places each layer in the lane of the first layer that it reads, or
// beside it where another has taken that lane on.
func (r *Report) drawing() drawing {
	d := drawing{Height: firstRow + max(1, len(r.Layers))*rowHeight}
	lane := make(map[string]int) // by value
	row := make(map[string]int)  // by value
	tail := make(map[int]string) // the last value in each lane
	lanes := 1
	for i, l := range r.Layers {
		at := 0
		if len(l.Inputs) > 0 {
			at = lane[l.Inputs[0]]
			if last, taken := tail[at]; taken && !slices.Contains(l.Inputs, last) {
				for at = 0; tail[at] != ""; at++ {
				}
			}
		}
		for _, input := range l.Inputs {
			if k := lane[input]; k != at && tail[k] == input {
				delete(tail, k)
			}
		}
		lane[l.Value], row[l.Value], tail[at] = at, i, l.Value
		lanes = max(lanes, at+1)
		x, y := drawingLeft+at*laneWidth, firstRow+i*rowHeight
		d.Boxes = append(d.Boxes, box{x, y, i, l.Name, l.Op, l.Verdict})
		for _, input := range l.Inputs {
			if from, ok := row[input]; ok && from < i {
				x1, y1 := drawingLeft+lane[input]*laneWidth+boxWidth/2, firstRow+from*rowHeight+boxHeight
				bend := (y - y1) / 2
				d.Edges = append(d.Edges, edge{x1, y1, y1 + bend, y - bend, x + boxWidth/2, y})
			}
		}
	}
	d.Width = drawingLeft*2 + (lanes-1)*laneWidth + boxWidth
	return d
}
