package draw

import (
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// Theme is a set of colours.
type Theme int

// The themes.
const (
	// Auto is light or dark as the viewer prefers; a PNG is then light.
	Auto Theme = iota
	Light
	Dark
)

var themeNames = []string{"auto", "light", "dark"}

func (t Theme) String() string { return themeNames[t] }

// ParseTheme reads auto, light or dark.
func ParseTheme(name string) (Theme, error) {
	if i := slices.Index(themeNames, name); i >= 0 {
		return Theme(i), nil
	}
	return 0, ir.Errorf(ir.ErrInvalid, "unknown theme %q (want auto, light or dark)", name)
}

// ink is how the shapes or texts of a class look: colours as #rrggbb, empty for
// none, in light and in dark.
type ink struct {
	class        string
	fill, stroke [2]string // light, dark
	width        float64   // of the stroke
	dash         float64
}

var inks = []ink{
	{class: "page", fill: [2]string{"#ffffff", "#16181b"}},
	{class: "edge", stroke: [2]string{"#838b94", "#868f99"}, width: 1.2},
	{class: "tip", fill: [2]string{"#838b94", "#868f99"}},
	{class: "frame", fill: [2]string{"#f7f8f9", "#1c1f23"}, stroke: [2]string{"#a3abb3", "#6b747d"}, width: 1, dash: 4},
	{class: "window", stroke: [2]string{"#838b94", "#868f99"}, width: 0.8, dash: 3},
	tone(source, "#eef0f2", "#8a929b", "#2a2e33", "#7d868f"),
	tone(conv, "#dbe8fb", "#3f74c4", "#1b2f4e", "#6b9ae6"),
	tone(pool, "#d9f0e1", "#35905a", "#173626", "#58b981"),
	tone(norm, "#fdeecb", "#b98512", "#3d300f", "#d9a83c"),
	tone(dense, "#e8e0f8", "#7a55c2", "#2f2450", "#a487e6"),
	tone(activation, "#fbe0df", "#c4514c", "#43201f", "#e27a75"),
	tone(combine, "#d5f0f1", "#23868d", "#12383b", "#4db4bb"),
	tone(reshape, "#ece7e1", "#8b7966", "#332d26", "#ab9883"),
	tone(result, "#fbe1f0", "#b5488a", "#42203a", "#dd77b4"),
	{class: "heading", fill: strong},
	{class: "name", fill: strong},
	{class: "note", fill: faint},
	{class: "chip", fill: faint},
	{class: "label", fill: faint},
	{class: "badge", fill: strong},
}

// The colours of texts.
var (
	strong = [2]string{"#1c1f23", "#e8eaed"}
	faint  = [2]string{"#4f565e", "#b1b8c0"}
)

func tone(k kind, light, lightLine, dark, darkLine string) ink {
	return ink{class: string(k), fill: [2]string{light, dark}, stroke: [2]string{lightLine, darkLine}, width: 1.2}
}

// letterings are those of the classes of texts.
var letterings = map[string]lettering{
	"heading": {15, true},
	"name":    {12, true},
	"note":    {11, false},
	"chip":    {10.5, false},
	"label":   {10.5, false},
	"badge":   {14, true},
}
