package runtime

import (
	"context"
	"runtime"
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// Options says how a graph is compiled. The zero value is the Reference engine
// on all processors with the inputs as the model declares them.
type Options struct {
	Engine Engine
	// Threads is the number of goroutines that share the work of one layer; 0
	// means GOMAXPROCS.
	Threads int
	// Winograd lets the fast engine compute convolutions by minimal filtering
	// algorithms where they are faster. They need fewer multiplications, and
	// their rounding error is about twice (3x3 kernels) to four times (5x5)
	// that of the direct computation.
	Winograd bool
	// Resident makes the fast engine copy the weights of fully connected layers,
	// which it otherwise reads where they are, to memory of its own in large
	// pages. A run is then faster by a tenth or so where these layers are large
	// and the batch is 1, and Compile takes as long as several runs: it pays for
	// a plan that is run tens of times.
	Resident bool
	// Inputs gives, by value name, the shapes of inputs that differ from the
	// declared ones: another batch or image size.
	Inputs map[string]ir.Shape
}

// Plan is a graph made ready to run. It may be run by several goroutines at
// the same time.
type Plan struct {
	graph   *ir.Graph
	shapes  ir.Shapes
	threads int
	options Options
	reads   map[*ir.Value]int // times a value is read, by nodes and as an output
	fast    *fast             // nil for the reference engine
}

// Compile validates a graph for the given options. A graph without its weights
// is ErrNoWeights. The graph and its tensors must not change while the plan is
// in use.
func Compile(g *ir.Graph, o Options) (*Plan, error) {
	if o.Threads < 0 {
		return nil, ir.Errorf(ir.ErrInvalid, "the number of threads must not be negative, it is %d", o.Threads)
	}
	if _, err := g.Validate(); err != nil {
		return nil, err
	}
	if err := g.CheckWeights(); err != nil {
		return nil, err
	}
	shapes, err := g.Infer(o.Inputs)
	if err != nil {
		return nil, err
	}
	p := &Plan{graph: g, shapes: shapes, threads: o.Threads, options: o, reads: make(map[*ir.Value]int)}
	if p.threads == 0 {
		p.threads = runtime.GOMAXPROCS(0)
	}
	for v, readers := range g.Consumers() {
		p.reads[v] = len(readers)
	}
	for _, v := range g.Outputs {
		p.reads[v]++
	}
	if o.Engine == Fast {
		// More threads than processors would only wait for each other.
		p.threads = min(p.threads, runtime.GOMAXPROCS(0))
		if p.fast, err = newFast(p); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// Shapes is the shape of every value of the graph for the plan's inputs. It
// must not be changed.
func (p *Plan) Shapes() ir.Shapes { return p.shapes }

// Close frees what the plan holds beyond memory. Run must not be called
// afterwards.
func (p *Plan) Close() error { return nil }

// Visitor sees a value of a run right after node n has computed it. It is
// called for every value, inputs included, in node order and never twice at
// the same time within one run.
//
// The tensor must not be changed, and its contents are valid during the call
// only: a visitor that keeps them clones them. A tensor that the visitor
// returns takes the value's place for everything downstream, the graph's
// outputs included; it must have the same shape and stay unchanged until the
// run ends. Nil keeps the value. An error ends the run and is returned as it
// is.
type Visitor func(n *ir.Node, v *ir.Value, t *ir.Tensor) (*ir.Tensor, error)

// Run evaluates the graph on inputs given by value name and returns its outputs
// by value name. Every input must be there, in the shape that the plan was
// compiled for, and none other. The visitor may be nil.
//
// Inputs are read only. An output may share memory with an input or with
// another output. When ctx ends, Run stops within a fraction of a layer and
// returns ctx's error.
func (p *Plan) Run(ctx context.Context, inputs map[string]*ir.Tensor, visit Visitor) (map[string]*ir.Tensor, error) {
	if err := p.checkInputs(inputs); err != nil {
		return nil, err
	}
	if p.fast != nil {
		return p.fast.run(ctx, p, inputs, visit)
	}
	return p.runReference(ctx, inputs, visit)
}

func (p *Plan) checkInputs(inputs map[string]*ir.Tensor) error {
	var names []string
	for _, v := range p.graph.Inputs() {
		names = append(names, v.Name)
		t := inputs[v.Name]
		if t == nil {
			return ir.Errorf(ir.ErrInvalid, "input %q is missing (shape %v)", v.Name, p.shapes[v])
		}
		if !t.Shape.Equal(p.shapes[v]) {
			return ir.Errorf(ir.ErrInvalid, "input %q is %v, the plan was compiled for %v", v.Name, t.Shape, p.shapes[v])
		}
		if err := t.Check(); err != nil {
			return ir.Errorf(ir.ErrInvalid, "input %q: %w", v.Name, err)
		}
	}
	for name := range inputs {
		if !slices.Contains(names, name) {
			return ir.Errorf(ir.ErrInvalid, "the model has no input %q (it has %q)", name, names)
		}
	}
	return nil
}
