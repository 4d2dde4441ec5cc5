package main

import (
	"context"
	"fmt"

	"github.com/alexconv/alexconv/convert"
	"github.com/alexconv/alexconv/formats/npy"
)

// convertMean writes a mean image as an array; done says that the model is one.
func (a *app) convertMean(ctx context.Context, model string, o convertOptions) (done bool, err error) {
	open, err := a.openOptions(o.open)
	if err != nil {
		return false, err
	}
	mean, isMean, err := convert.ReadMean(model, open)
	if err != nil || !isMean {
		return isMean, err
	}
	formats, err := convert.Formats(o.out, "")
	if err != nil || len(formats) != 1 || formats[0] != convert.NPY && formats[0] != convert.NPZ || o.to != "" || o.verify {
		return true, usagef("%s is a mean image, not a model: give -o x.npy or -o x.npz alone", model)
	}
	if !o.force {
		if err := convert.RefuseExisting(o.out); err != nil {
			return true, err
		}
	}
	if err := writeArrays(ctx, o.out, []npy.NamedTensor{{Name: "mean", Tensor: mean}}, []string{model}); err != nil {
		return true, err
	}
	if a.json {
		return true, a.printJSON(map[string]any{"outputs": []string{o.out}, "shape": mean.Shape})
	}
	fmt.Fprintf(a.stdout, "wrote %s (mean image, %v)\n", o.out, mean.Shape)
	return true, nil
}
