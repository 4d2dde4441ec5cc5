package pixels

import (
	"fmt"
	"strings"
)

// Record is a preprocessing as reports and JSON keep it. Two are the same
// preprocessing when they are equal.
type Record struct {
	Preset        string  `json:"preset"`
	Order         string  `json:"channel_order"`
	Resize        string  `json:"resize"`
	Interpolation string  `json:"interpolation"`
	Crop          string  `json:"crop"`
	Crops         int     `json:"crops"`
	Range         float32 `json:"range"`
	Mean          string  `json:"mean"`
	Scale         float32 `json:"scale"`
	Std           string  `json:"std"`
}

// Record is the preprocessing as it is written down. Preset is "custom" for
// one that began as no preset.
func (p Preprocess) Record() Record {
	r := Record{
		Preset:        p.Preset,
		Order:         p.Order.String(),
		Resize:        p.Resize.String(),
		Interpolation: p.Convention.interpolation(),
		Crop:          p.Crop.String(),
		Crops:         p.PerPicture(),
		Range:         p.Range,
		Mean:          p.Mean.String(),
		Scale:         p.Scale,
		Std:           "none",
	}
	if r.Preset == "" {
		r.Preset = "custom"
	}
	if len(p.Std) > 0 {
		r.Std = joined(p.Std)
	}
	return r
}

func (c Convention) interpolation() string {
	return [...]string{"bilinear", "bilinear antialiased"}[c]
}

// String is the preprocessing in one line, such as "caffe: bgr, resize input
// (bilinear), crop input, mean 104,117,123".
func (p Preprocess) String() string { return p.Record().String() }

// String is the preprocessing in one line.
func (r Record) String() string {
	words := []string{r.Order, fmt.Sprintf("resize %s (%s)", r.Resize, r.Interpolation), "crop " + r.Crop}
	if r.Crops > 1 {
		words = append(words, fmt.Sprintf("%d crops", r.Crops))
	}
	if r.Range != 1 {
		words = append(words, fmt.Sprintf("divided by %g", r.Range))
	}
	words = append(words, "mean "+r.Mean)
	if r.Scale != 1 {
		words = append(words, fmt.Sprintf("scale %g", r.Scale))
	}
	if r.Std != "none" {
		words = append(words, "std "+r.Std)
	}
	return r.Preset + ": " + strings.Join(words, ", ")
}
