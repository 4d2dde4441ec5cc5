package main

import (
	"fmt"
	"maps"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/verify"
)

// roundFlags say what models are compared on: several inputs, one after the
// other.
type roundFlags struct {
	inputFlags
	seeds seedList
}

func (f *roundFlags) add(c *cobra.Command) {
	f.addFiles(c)
	c.Flags().Var(&f.seeds, "seed", "seeds of the reproducible inputs that are used where no file is given, such as 1,2,3 (repeatable; default 0)")
}

// given reports whether the command line says what to compare on.
func (f *roundFlags) given() bool { return len(f.files)+len(f.seeds) > 0 }

// seedList is a flag that adds up.
type seedList []uint64

// Set adds the seeds of one occurrence, joined with commas.
func (l *seedList) Set(text string) error {
	for word := range strings.SplitSeq(text, ",") {
		seed, err := strconv.ParseUint(strings.TrimSpace(word), 10, 64)
		if err != nil {
			return fmt.Errorf("%q is no seed (want whole numbers from 0 up, joined with commas)", word)
		}
		*l = append(*l, seed)
	}
	return nil
}

func (l *seedList) String() string {
	var words []string
	for _, seed := range *l {
		words = append(words, strconv.FormatUint(seed, 10))
	}
	return strings.Join(words, ",")
}

// Type is the flag's type in the help text.
func (l *seedList) Type() string { return "seeds" }

// round is one comparison: what the models are fed with, and how that is made
// when its turn comes.
type round struct {
	verify.Feed
	tensors func() (map[string]*ir.Tensor, error)
}

// rounds are one for each seed, file and picture; of a model with several inputs,
// all files together make one.
func (f *roundFlags) rounds(g *ir.Graph) ([]round, error) {
	switch {
	case len(f.files) == 0:
		return f.seeded(g), nil
	case len(g.Inputs()) != 1:
		d, err := f.gather(g)
		if err != nil {
			return nil, err
		}
		return []round{f.round(d, strings.Join(f.files, ", "))}, nil
	}
	var list []round
	for _, argument := range f.files {
		one := f.inputFlags
		one.files = []string{argument}
		d, err := one.gather(g)
		if err != nil {
			return nil, err
		}
		if len(d.pictures) == 0 {
			list = append(list, f.round(d, argument))
			continue
		}
		for _, p := range d.pictures {
			single := *d
			single.arrays = maps.Clone(d.arrays)
			single.pictures = d.pictures[:0:0]
			single.pictures = append(single.pictures, p)
			list = append(list, f.round(&single, p.Name))
		}
	}
	return list, nil
}

func (f *roundFlags) seeded(g *ir.Graph) []round {
	seeds := f.seeds
	if len(seeds) == 0 {
		seeds = seedList{0}
	}
	var list []round
	for _, seed := range seeds {
		list = append(list, round{verify.Feed{Name: fmt.Sprint("seed ", seed)}, func() (map[string]*ir.Tensor, error) {
			one := inputFlags{pictureFlags: pictureFlags{command: f.command}, seed: seed}
			return one.read(g)
		}})
	}
	return list
}

func (f *roundFlags) round(d *feed, name string) round {
	r := round{verify.Feed{Name: name}, func() (map[string]*ir.Tensor, error) { return d.tensors(f.command) }}
	if p := d.preprocess(); p != nil {
		r.Preprocess = *p
	}
	return r
}
