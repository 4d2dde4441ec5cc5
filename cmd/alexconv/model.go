package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/alexconv/alexconv/convert"
	"github.com/alexconv/alexconv/formats/caffe"
)

// openFlags are the flags of every command that opens models.
type openFlags struct {
	from         string
	dialect      string
	allowMissing bool
	allowExtra   bool
	names        []string
	noMmap       bool
	nchw         bool
	limit        limitFlag
	resident     bool // every weight will be used, so read the files
}

func (f *openFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.from, "from", "", "format of the input, overruling detection: prototxt, caffemodel, hdf5, onnx, pb, npy, npz, binaryproto")
	c.Flags().StringVar(&f.dialect, "dialect", "", "the fork of Caffe that a net was written for: "+strings.Join(caffe.Dialects(), ", "))
	c.Flags().BoolVar(&f.allowMissing, "allow-missing", false, "let layers without weights keep Caffe's constant initial values")
	c.Flags().BoolVar(&f.allowExtra, "allow-extra", false, "let an npy or npz file hold arrays that the topology has no place for")
	c.Flags().StringArrayVar(&f.names, "map", nil, "NAME=LAYER: the layer that an entry of an npy or npz file belongs to (repeatable)")
	c.Flags().Var(&f.limit, "limit", "what to accept of a file that may be hostile: bytes, elements (of a tensor), tensors, nesting, nodes, values, name-length, expansion (repeatable)")
	c.Flags().BoolVar(&f.nchw, "nchw", false, "take inputs that an ONNX model only transposes from NHWC (tf2onnx) as NCHW")
	c.Flags().BoolVar(&f.noMmap, "no-mmap", false, "read model files into memory instead of mapping them, for file systems that change underfoot")
}

// openOptions is what the command's flags say.
func (a *app) openOptions(f openFlags) (convert.OpenOptions, error) {
	o := convert.OpenOptions{AllowMissing: f.allowMissing, AllowExtra: f.allowExtra, Resident: f.resident, NoMap: f.noMmap, NCHW: f.nchw, Limits: f.limit.limits, Stdin: a.stdin, Warn: a.warn}
	var err error
	if o.Dialect, err = caffe.ParseDialect(f.dialect); err != nil {
		return o, &usageError{err}
	}
	if f.from != "" {
		format, err := convert.ParseFormat(f.from)
		if err != nil {
			return o, &usageError{err}
		}
		if !format.Readable() {
			return o, usagef("--from %s: alexconv only writes it", f.from)
		}
		o.From = format
	}
	for _, pair := range f.names {
		name, layer, ok := strings.Cut(pair, "=")
		if !ok || layer == "" || name == "" {
			return o, usagef("--map %q: want NAME=LAYER", pair)
		}
		if o.NameMap == nil {
			o.NameMap = make(map[string]string)
		}
		o.NameMap[name] = layer
	}
	return o, nil
}

// open reads a model with the command's flags.
func (a *app) open(text string, f openFlags) (*convert.Model, error) {
	o, err := a.openOptions(f)
	if err != nil {
		return nil, err
	}
	a.progress("reading %s", text)
	return convert.OpenContext(a.ctx, text, o)
}
