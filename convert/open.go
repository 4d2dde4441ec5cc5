package convert

import (
	"context"
	"errors"
	"io"

	"github.com/alexconv/alexconv/formats/caffe"
	"github.com/alexconv/alexconv/formats/npy"
	"github.com/alexconv/alexconv/formats/onnx"
	"github.com/alexconv/alexconv/formats/tf"
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/zoo"
)

// OpenOptions says how a model is opened. The zero value detects formats and
// insists on every weight.
type OpenOptions struct {
	// From overrules detection: of the topology where the format has one, else
	// of the weights.
	From Format
	// Dialect is the fork of Caffe that a prototxt or caffemodel was written for.
	Dialect caffe.Dialect
	// AllowMissing lets layers without weights in a weights file keep Caffe's
	// initial values.
	AllowMissing bool
	// AllowExtra ignores arrays of an npy or npz file that the topology has no
	// place for. Caffe ignores such layers of a caffemodel, and so does Open.
	AllowExtra bool
	// NameMap gives, by a name in an npy or npz file, the layer that the entry
	// belongs to, where the two differ.
	NameMap map[string]string
	// Resident reads the weights of files of up to 2 GiB into memory once the model
	// is known to be sound: their first use is then faster, and what happens to a
	// file later cannot matter.
	Resident bool
	// NoMap reads every file into memory and refuses those of more than 2 GiB: for
	// file systems on which files change underfoot.
	NoMap bool
	// Limits bound what is accepted of each file; what is zero is its default.
	Limits ir.Limits
	// NCHW makes an input that an ONNX model only transposes from NHWC, as
	// TensorFlow orders an image, one that is NCHW.
	NCHW bool
	// Stdin is what the path "-" reads, if it is not nil.
	Stdin io.Reader
	// Warn receives what is worth saying but no error; nil discards it.
	Warn func(string)
	// findings, if not nil, takes what an examination finds; see Check.
	findings *[]ir.Finding
}

// Model is an opened model.
type Model struct {
	Spec  Spec
	Graph *ir.Graph
	// Format is that of the topology, empty for a net of the zoo.
	Format Format
	// Paths are the files that the model was read from.
	Paths []string
	files []*file
}

// Close releases the files. The weights of the graph are views into them and
// must not be used afterwards.
func (m *Model) Close() error {
	var errs []error
	for _, f := range m.files {
		errs = append(errs, f.close())
	}
	return errors.Join(errs...)
}

// Open is [OpenContext] with a context that never ends.
func Open(text string, o OpenOptions) (*Model, error) {
	return OpenContext(context.Background(), text, o)
}

// OpenContext reads and validates the model that the text names; see
// [ParseSpec]. A topology alone is a graph without weights. Errors name the
// file and the place in it, and wrap one of the kinds of package ir; a mapped
// file that is cut off while it is read is one that wraps [ir.ErrChanged]. When
// ctx ends, reading stops with its error.
func OpenContext(ctx context.Context, text string, o OpenOptions) (*Model, error) {
	if o.Warn == nil {
		o.Warn = func(string) {}
	}
	spec, err := ParseSpec(text)
	if err != nil {
		return nil, err
	}
	m := &Model{Spec: spec}
	err = ir.CatchFaults(func() error { return m.read(ctx, o) })
	if err == nil && o.Resident {
		err = m.makeResident(ctx)
	}
	if err != nil {
		err = blame(m.files, err)
		m.Close()
		return nil, err
	}
	return m, nil
}

func (m *Model) read(ctx context.Context, o OpenOptions) error {
	if err := m.readTopology(ctx, o); err != nil {
		return err
	}
	if m.Spec.Seeded && !m.Spec.Zoo {
		return m.seed()
	}
	if m.Spec.Weights == "" {
		return nil
	}
	return m.readWeights(ctx, o)
}

func (m *Model) readTopology(ctx context.Context, o OpenOptions) (err error) {
	if m.Spec.Zoo {
		net, err := zoo.Find(m.Spec.Topology)
		if err != nil {
			return err
		}
		if m.Spec.Seeded {
			m.Graph, err = net.Seeded(m.Spec.Seed)
			return err
		}
		m.Graph = net.Build()
		return nil
	}
	f, format, err := m.open(ctx, m.Spec.Topology, o, Format.HasTopology)
	if err != nil {
		return err
	}
	m.Format = format
	switch format {
	case Prototxt:
		m.Graph, err = caffe.ReadTopology(f.data, caffe.ReadOptions{Dialect: o.Dialect, Limits: o.Limits, Warn: o.warn(f)})
	case ONNX:
		m.Graph, err = o.readONNX(f.data, o.onnx(ctx, m, f))
	case GraphDef:
		m.Graph, err = tf.Read(f.data, tf.ReadOptions{Limits: o.Limits})
	case Binaryproto:
		return f.wrap(ir.Errorf(ir.ErrInvalid, "holds a mean image, not a model; give it to --mean, or convert it alone to an .npy"))
	default:
		return f.wrap(ir.Errorf(ir.ErrInvalid, "holds weights (%s) without a topology; give TOPOLOGY+%s", format, f.path))
	}
	if err != nil {
		return f.wrap(err)
	}
	if _, err := m.Graph.Validate(); err != nil {
		return f.wrap(err)
	}
	return nil
}

// seedGain is the head gain of seeded topologies, that of the zoo's Caffe nets.
const seedGain = 0.03

// seed fills a topology with weights from the formula.
func (m *Model) seed() error {
	if m.Graph.Weights() > 0 {
		return ir.Errorf(ir.ErrInvalid, "%s has weights of its own; ?seed=N goes with a topology alone", m.Spec.Topology)
	}
	return m.Graph.SeedWeights(m.Spec.Seed, seedGain)
}

func (m *Model) readWeights(ctx context.Context, o OpenOptions) error {
	f, format, err := m.open(ctx, m.Spec.Weights, o, func(f Format) bool { return !f.HasTopology() })
	if err != nil {
		return err
	}
	caffeOptions := caffe.ReadOptions{Dialect: o.Dialect, AllowMissing: o.AllowMissing, Limits: o.Limits, Warn: o.warn(f)}
	switch format {
	case Caffemodel:
		err = caffe.LoadWeights(m.Graph, f.data, caffeOptions)
	case HDF5:
		err = caffe.LoadHDF5(m.Graph, f.data, caffeOptions)
	case NPY, NPZ:
		err = npy.LoadWeights(m.Graph, f.data, npy.ReadOptions{AllowMissing: o.AllowMissing, AllowExtra: o.AllowExtra, Map: o.NameMap, Limits: o.Limits})
	default:
		return f.wrap(ir.Errorf(ir.ErrInvalid, "is a %s, not a file of weights", format))
	}
	if err != nil {
		return f.wrap(err)
	}
	_, err = m.Graph.Validate()
	return f.wrap(err)
}

// open maps a file and says its format: the one that the options name, where
// that suits the role, or what detection finds.
func (m *Model) open(ctx context.Context, path string, o OpenOptions, suits func(Format) bool) (*file, Format, error) {
	if err := ctx.Err(); err != nil {
		return nil, "", err
	}
	f, err := openFile(ctx, path, o.Stdin, o.access())
	if err != nil {
		return nil, "", err
	}
	m.files = append(m.files, f)
	m.Paths = append(m.Paths, path)
	if o.From != "" && suits(o.From) {
		return f, o.From, nil
	}
	format, err := detect(f)
	return f, format, err
}

// onnx are the options for a model in a file, beside which its weights may stand.
func (o OpenOptions) onnx(ctx context.Context, m *Model, f *file) onnx.ReadOptions {
	options := onnx.ReadOptions{Limits: o.Limits, NCHW: o.NCHW}
	if f.path != standardInputName {
		beside := m.sidecars(f, o.access())
		options.External = func(location string) ([]byte, error) { return beside.open(ctx, location) }
	}
	return options
}

func (o OpenOptions) access() access {
	if o.NoMap {
		return unmapped
	}
	return mapped
}

// warn prefixes warnings with the file they are about.
func (o OpenOptions) warn(f *file) func(string) {
	return func(text string) { o.Warn(f.wrap(errors.New(text)).Error()) }
}
