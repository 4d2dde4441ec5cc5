package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/alexconv/alexconv/formats/caffe"
	"github.com/alexconv/alexconv/formats/npy"
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/pixels"
)

// pictureFlags say how pictures become input tensors: a preset, each part of
// which another flag overrules.
type pictureFlags struct {
	preset, order, resize, crop, mean, scale, std string
	crops                                         int
	command                                       *cobra.Command
}

func (f *pictureFlags) add(c *cobra.Command) {
	f.command = c
	flags := c.Flags()
	flags.StringVar(&f.preset, "preset", "", "pictures: "+strings.Join(pixels.Presets(), ", ")+" (default: what the model's layers speak for)")
	flags.StringVar(&f.order, "channel-order", "", "pictures: bgr or rgb; turns the preset's mean with it")
	flags.StringVar(&f.resize, "resize", "", "pictures: 256 (256x256), 240x320 (height x width), short:256, input or none")
	flags.StringVar(&f.crop, "crop", "", "pictures: the centre's 227 (227x227), 224x320, input, or none to keep all")
	flags.IntVar(&f.crops, "crops", 0, "pictures: 10 averages over corners, centre and their mirrored images, from 256x256 unless --resize says otherwise")
	flags.StringVar(&f.mean, "mean", "", "pictures: what to subtract: 104,117,123 (or one value) in channel order, a mean image (.npy, .binaryproto), per-picture or none")
	flags.StringVar(&f.scale, "scale", "", "pictures: factor after the mean is subtracted")
	flags.StringVar(&f.std, "std", "", "pictures: what to divide by at last, one value per channel, or none")
}

// given names a flag that is set, or is empty.
func (f *pictureFlags) given() string {
	for _, flag := range []struct{ name, value string }{
		{"--preset", f.preset}, {"--channel-order", f.order}, {"--resize", f.resize}, {"--crop", f.crop},
		{"--mean", f.mean}, {"--scale", f.scale}, {"--std", f.std},
	} {
		if flag.value != "" {
			return flag.name
		}
	}
	if f.crops != 0 {
		return "--crops"
	}
	return ""
}

// classifySize is what Caffe's classify.py resizes to before it takes ten crops.
const classifySize = 256

// preprocess is the preset that is asked for or that the graph speaks for, with
// what the other flags change.
func (f *pictureFlags) preprocess(g *ir.Graph) (pixels.Preprocess, error) {
	name := f.preset
	if name == "" {
		name = pixels.Family(g)
	}
	p, err := pixels.Preset(name)
	if err != nil {
		return p, &usageError{fmt.Errorf("--preset: %w", err)}
	}
	for _, change := range []struct {
		flag, value string
		apply       func(*pixels.Preprocess, string) error
	}{
		{"--channel-order", f.order, setOrder},
		{"--resize", f.resize, func(p *pixels.Preprocess, text string) (err error) {
			p.Resize, err = pixels.ParseResize(text)
			return err
		}},
		{"--crop", f.crop, func(p *pixels.Preprocess, text string) (err error) { p.Crop, err = pixels.ParseCrop(text); return err }},
		{"--scale", f.scale, setScale},
		{"--std", f.std, func(p *pixels.Preprocess, text string) (err error) { p.Std, err = parseStd(text); return err }},
	} {
		if change.value == "" {
			continue
		}
		if err := change.apply(&p, change.value); err != nil {
			return p, &usageError{fmt.Errorf("%s: %w", change.flag, err)}
		}
	}
	if f.mean != "" {
		if p.Mean, err = readMean(f.mean); err != nil {
			return p, err
		}
	}
	if f.crops != 0 {
		if f.crops != 1 && f.crops != 10 {
			return p, usagef("--crops %d: want 1 or 10", f.crops)
		}
		p.Crops = f.crops
		if p.PerPicture() > 1 && p.Resize.Kind == pixels.ToInput {
			p.Resize = pixels.Resize{Kind: pixels.ToSize, Height: classifySize, Width: classifySize}
		}
	}
	return p, nil
}

// setOrder turns a preset's own mean and deviation along with the channels.
func setOrder(p *pixels.Preprocess, text string) error {
	order, err := pixels.ParseOrder(text)
	if err != nil {
		return err
	}
	if order != p.Order {
		p.Mean, p.Std = p.Mean.Reversed(), pixels.Mean{Values: p.Std}.Reversed().Values
	}
	p.Order = order
	return nil
}

func setScale(p *pixels.Preprocess, text string) error {
	values, ok := parseNumbers(text)
	if !ok || len(values) != 1 || values[0] == 0 {
		return ir.Errorf(ir.ErrInvalid, "%q: want a number other than 0", text)
	}
	p.Scale = values[0]
	return nil
}

func parseStd(text string) ([]float32, error) {
	if text == "none" {
		return nil, nil
	}
	values, ok := parseNumbers(text)
	if !ok {
		return nil, ir.Errorf(ir.ErrInvalid, "%q: want numbers joined with commas, or none", text)
	}
	for _, v := range values {
		if v == 0 {
			return nil, ir.Errorf(ir.ErrInvalid, "%q: pictures cannot be divided by 0", text)
		}
	}
	return values, nil
}

// readMean reads numbers joined with commas, a word or a file.
func readMean(text string) (pixels.Mean, error) {
	switch text {
	case "none":
		return pixels.Mean{}, nil
	case "per-picture":
		return pixels.Mean{PerPicture: true}, nil
	}
	if values, ok := parseNumbers(text); ok {
		return pixels.Mean{Values: values}, nil
	}
	data, err := os.ReadFile(text)
	if err != nil {
		return pixels.Mean{}, fmt.Errorf("--mean: neither numbers nor a file: %w", err)
	}
	read := caffe.ReadMean
	if npy.Detect(data) == npy.NPY {
		read = npy.ReadArray
	}
	t, err := read(data)
	if err != nil {
		return pixels.Mean{}, fmt.Errorf("%s: %w", text, err)
	}
	mean, err := pixels.NewMean(t)
	if err != nil {
		return pixels.Mean{}, fmt.Errorf("%s: %w", text, err)
	}
	return mean, nil
}

// parseNumbers reads finite numbers joined with commas.
func parseNumbers(text string) ([]float32, bool) {
	var values []float32
	for word := range strings.SplitSeq(text, ",") {
		v, err := strconv.ParseFloat(strings.TrimSpace(word), 32)
		if err != nil || v-v != 0 {
			return nil, false
		}
		values = append(values, float32(v))
	}
	return values, true
}
