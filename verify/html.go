package verify

import (
	_ "embed"
	"html/template"
	"io"
	"strconv"
	"strings"

	"github.com/alexconv/alexconv/draw"
	"github.com/alexconv/alexconv/ir"
)

//go:embed report.html
var pageText string

var page = template.Must(template.New("report").Parse(pageText))

// WriteHTML writes the report as one page that needs no network: the graph, with
// each layer coloured by its verdict and its figures on selection, the causes,
// histograms of the deviations, a map of those of the first layer that fails, the
// filters of the first convolution of both models, and the command.
func (r *Report) WriteHTML(w io.Writer) error {
	d := pageData{Report: r, Drawing: r.drawing(), Styles: template.CSS(draw.Styles(draw.Auto)), Filters: r.filters}
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
	Drawing   template.HTML // an svg element, empty where the graph cannot be drawn
	Styles    template.CSS
	Filters   []picture
	Map       [][]Number
	Explained []pageCause
	Warnings  []pageCause
}

type pageCause struct {
	Cause
	Text string
}

// drawing is the reference's graph for the inputs that the models were fed with
// or, where it does not take them, for those that it declares. There is none
// where the graph is not known, or too large.
func (r *Report) drawing() template.HTML {
	if r.graph == nil {
		return ""
	}
	o := draw.Options{Width: -1, Untitled: true, Inputs: r.fed, Attributes: r.marks()}
	d, err := draw.New(r.graph, o)
	if err != nil {
		o.Inputs = nil
		if d, err = draw.New(r.graph, o); err != nil {
			return ""
		}
	}
	var b strings.Builder
	if err := d.WriteFragment(&b); err != nil {
		return ""
	}
	return template.HTML(b.String())
}

// marks gives the picture's elements their verdict, and makes those with a row in
// the report buttons. A node of several rows has the worst verdict.
func (r *Report) marks() func(*ir.Node) []draw.Attribute {
	rows := make(map[string]int)
	for i, l := range r.Layers {
		rows[l.Value] = i
	}
	return func(n *ir.Node) []draw.Attribute {
		at := -1
		for _, v := range n.Outputs {
			if i, ok := rows[v.Name]; ok && (at < 0 || rank(r.Layers[i].Verdict) > rank(r.Layers[at].Verdict)) {
				at = i
			}
		}
		if at < 0 {
			return []draw.Attribute{{Name: "class", Value: "apart"}}
		}
		l := r.Layers[at]
		return []draw.Attribute{
			{Name: "class", Value: string(l.Verdict)}, {Name: "data-layer", Value: strconv.Itoa(at)},
			{Name: "tabindex", Value: "0"}, {Name: "role", Value: "button"}, {Name: "aria-pressed", Value: "false"},
			{Name: "aria-label", Value: l.Name + ", " + l.Op + ", " + string(l.Verdict)},
		}
	}
}
