package main

import (
	"github.com/spf13/cobra"

	"github.com/alexconv/alexconv/runtime"
)

// engineFlags say how models are run.
type engineFlags struct {
	engine   string
	threads  int
	winograd string
}

func (f *engineFlags) add(c *cobra.Command) {
	flags := c.Flags()
	flags.StringVar(&f.engine, "engine", runtime.Fast.String(), "fast or reference")
	flags.IntVar(&f.threads, "threads", 0, "processors to use (0: all)")
	flags.StringVar(&f.winograd, "winograd", "off", "fast engine: auto computes convolutions with fewer multiplications and more rounding where that is faster; off never")
}

func (f *engineFlags) options() (runtime.Options, error) {
	engine, err := runtime.ParseEngine(f.engine)
	if err != nil {
		return runtime.Options{}, &usageError{err}
	}
	if f.winograd != "auto" && f.winograd != "off" {
		return runtime.Options{}, usagef("--winograd %q: want auto or off", f.winograd)
	}
	if f.threads < 0 {
		return runtime.Options{}, usagef("--threads %d: want 0 (all) or more", f.threads)
	}
	return runtime.Options{Engine: engine, Threads: f.threads, Winograd: f.winograd == "auto"}, nil
}

// String names the engine as results record it: the number of threads does not
// show in them.
func (f *engineFlags) String() string {
	if f.winograd == "auto" {
		return f.engine + " with winograd"
	}
	return f.engine
}
