package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/alexconv/alexconv/verify"
)

// comparisonFlags say how two models are compared.
type comparisonFlags struct {
	tolerance []string
	mode      string
	unchecked bool
	hidden    bool
	equalNaN  bool
	engine    engineFlags
}

func (f *comparisonFlags) add(c *cobra.Command) {
	flags := c.Flags()
	flags.StringArrayVar(&f.tolerance, "tolerance", nil, "auto (float32 rounding, the default), rtol=R,atol=A, rel-l2=E, ulp=N or top-k=K; LAYERS:TOLERANCE for the layers that match (repeatable)")
	flags.StringVar(&f.mode, "mode", verify.Cumulative.String(), "cumulative, or isolated (each layer is fed the reference's values)")
	flags.BoolVar(&f.unchecked, "allow-unchecked", false, "layers that could not be compared do not spoil the verdict")
	flags.BoolVar(&f.hidden, "allow-hidden", false, "differences in attributes that these inputs do not show do not spoil the verdict")
	flags.BoolVar(&f.equalNaN, "equal-nan", false, "NaN equals NaN")
	f.engine.add(c)
}

func (f *comparisonFlags) settings() (verify.Options, error) {
	run, err := f.engine.options()
	if err != nil {
		return verify.Options{}, err
	}
	settings := verify.Options{AllowUnchecked: f.unchecked, AllowHidden: f.hidden, EqualNaN: f.equalNaN, Run: run}
	for _, text := range f.tolerance {
		if strings.Contains(text, ":") {
			layer, err := verify.ParseLayerTolerance(text)
			if err != nil {
				return settings, &usageError{err}
			}
			settings.Layers = append(settings.Layers, layer)
			continue
		}
		if settings.Tolerance, err = verify.ParseTolerance(text); err != nil {
			return settings, &usageError{err}
		}
	}
	if settings.Mode, err = verify.ParseMode(f.mode); err != nil {
		return settings, &usageError{err}
	}
	return settings, nil
}
