package runtime

import (
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime/internal/kernel"
)

// builder turns a graph into a program, node by node. Every operation with a
// fast kernel has a method in the file fast_OP.go that adds its step and says
// which layouts it reads and writes; the rest run their reference code on flat
// values.
type builder struct {
	*program
	plan      *Plan
	weights   map[*ir.Node]*packed
	shown     bool // nothing is fused or dropped, and the visitor sees every value
	consumers map[*ir.Value][]*ir.Node
	padding   map[*ir.Value][layouts]padding // what the readers of a value need
	values    map[*ir.Value]*forms
	// native is the layout in which each value is computed. Choices depend on
	// it, never on the forms that happen to exist: those differ when values are
	// shown, and the numbers must not.
	native  map[*ir.Value]layout
	joined  map[*ir.Node]*form // the outputs of concatenations to which parts were written
	fused   map[*ir.Node]bool  // nodes that an earlier step has taken in
	current *ir.Node           // nil behind the last
}

// forms are the layouts in which a value exists.
type forms [layouts]*form

// any is one form in which the value exists, flat before others.
func (f *forms) any() *form {
	for _, g := range f {
		if g != nil {
			return g
		}
	}
	return nil
}

// build makes the program of a plan with its packed weights.
func build(p *Plan, weights map[*ir.Node]*packed, shown bool) *program {
	b := &builder{
		program: &program{inputs: make(map[string]int), outputs: make(map[*ir.Value]int)},
		plan:    p, weights: weights, shown: shown,
		consumers: p.graph.Consumers(),
		padding:   make(map[*ir.Value][layouts]padding),
		values:    make(map[*ir.Value]*forms),
		native:    make(map[*ir.Value]layout),
		joined:    make(map[*ir.Node]*form),
		fused:     make(map[*ir.Node]bool),
	}
	b.collectPadding()
	for _, n := range p.graph.Nodes {
		if !b.fused[n] {
			b.current = n
			b.node(n)
		}
	}
	b.current = nil
	for _, v := range p.graph.Outputs {
		f := b.read(v, flat)
		b.outputs[v] = f.buffer
	}
	// The outputs are copied after the last step.
	for _, v := range p.graph.Outputs {
		b.touch(b.values[v][flat])
	}
	b.groupImages()
	b.placeMemory()
	return b.program
}

// placeMemory gives every region its place. Steps over images of one batch form
// a section, in which images are at different steps at the same time: a region
// that only a section uses exists once per slot, in which the steps do follow
// one another; one that is also used outside is kept for the whole section.
func (b *builder) placeMemory() {
	// The section of every step, and of the copying of outputs behind the last.
	last := len(b.steps)
	begin, end := make([]int, last+1), make([]int, last+1)
	for i := 0; i <= last; {
		n := max(1, section(b.steps[i:]))
		for j := i; j < i+n; j++ {
			begin[j], end[j] = i, i+n-1
		}
		i += n
	}
	var once, slotted []*region
	for _, r := range b.regions {
		if l := b.steps[r.first].images; l != nil && !l.grouped && r.last <= end[r.first] {
			r.slotted, r.form.slotted = true, true
			r.size = r.form.image
			b.slots = max(b.slots, min(b.plan.threads, r.form.batch))
			slotted = append(slotted, r)
			continue
		}
		r.first, r.last = begin[r.first], end[r.last]
		once = append(once, r)
	}
	b.arena, b.slot = placeRegions(once), placeRegions(slotted)
	for _, r := range slotted {
		r.form.image = b.slot
	}
}

// collectPadding finds the padding that the readers of every value, or of what
// merely renames it, need.
func (b *builder) collectPadding() {
	nodes := b.plan.graph.Nodes
	need := func(v *ir.Value, l layout, p padding) {
		all := b.padding[v]
		all[l] = all[l].union(p)
		b.padding[v] = all
	}
	for i := len(nodes) - 1; i >= 0; i-- {
		n := nodes[i]
		if ir.PassesThrough(n.Op) {
			for _, v := range n.Outputs {
				for l, p := range b.padding[v] {
					need(n.Inputs[0], layout(l), p)
				}
			}
		}
		if c, ok := b.plan.planConv(n); ok {
			need(n.Inputs[0], c.layout, c.padding)
		}
	}
	// Values that share memory share its padding.
	for _, n := range nodes {
		if ir.PassesThrough(n.Op) {
			for _, v := range n.Outputs {
				b.padding[v] = b.padding[n.Inputs[0]]
			}
		}
	}
}

// node adds the steps of one node.
func (b *builder) node(n *ir.Node) {
	switch o := n.Op.(type) {
	case *ir.Input:
		f := newForm(b.shape(n.Outputs[0]), flat, padding{})
		f.buffer = b.addBuffer(external)
		b.inputs[n.Outputs[0].Name] = f.buffer
		b.values[n.Outputs[0]] = &forms{&f}
	case *ir.Silence:
	case *ir.Dropout, *ir.Split:
		for _, v := range n.Outputs {
			b.native[v] = b.native[n.Inputs[0]]
		}
		if b.shown {
			b.rename(n)
			break
		}
		for _, v := range n.Outputs {
			b.values[v] = b.values[n.Inputs[0]]
		}
	case *ir.Flatten, *ir.Reshape:
		b.rename(n)
	default:
		if b.empty(n) || !b.kernel(n, o) {
			b.reference(n)
		}
	}
	if b.shown {
		for _, v := range n.Outputs {
			b.show(n, v)
		}
	}
}

// kernel adds the step of an operation that has a fast kernel for its
// attributes and shapes.
func (b *builder) kernel(n *ir.Node, op ir.Op) bool {
	switch o := op.(type) {
	case *ir.Conv:
		return b.conv(n, o)
	case *ir.Pool:
		return b.pool(n, o)
	case *ir.LRN:
		return b.lrn(n, o)
	case *ir.FullyConnected:
		return b.fullyConnected(n, o)
	case *ir.Softmax:
		return b.softmax(n, o)
	case *ir.ReLU, *ir.Sigmoid, *ir.Tanh:
		return b.activation(n)
	case *ir.Abs, *ir.ELU, *ir.Softplus, *ir.Swish, *ir.Clip, *ir.Threshold, *ir.Power, *ir.Exp, *ir.Log:
		return b.unary(n)
	case *ir.Eltwise:
		return b.eltwise(n, o)
	case *ir.Concat:
		return b.concat(n)
	case *ir.Slice:
		return b.slice(n, o)
	case *ir.BatchNorm, *ir.Scale:
		return b.affine(n)
	case *ir.PReLU:
		return b.prelu(n, o)
	}
	return false
}

// empty reports whether an input or output of a node has no elements.
func (b *builder) empty(n *ir.Node) bool {
	for _, list := range [][]*ir.Value{n.Inputs, n.Outputs} {
		for _, v := range list {
			if b.shape(v).Elements() == 0 {
				return true
			}
		}
	}
	return false
}

func (b *builder) shape(v *ir.Value) ir.Shape { return b.plan.shapes[v] }

// images reports whether a value is a batch of images of channels.
func (b *builder) images(v *ir.Value) bool { return len(b.shape(v)) == 4 }

// add appends a step.
func (b *builder) add(run func(x *execution) error, nodes ...*ir.Node) {
	b.steps = append(b.steps, step{number: len(b.steps), nodes: nodes, run: run})
}

// addImages appends a step over images.
func (b *builder) addImages(l imageLoop, nodes ...*ir.Node) {
	b.steps = append(b.steps, step{number: len(b.steps), nodes: nodes, images: &l})
}

func (b *builder) addBuffer(region int) int {
	b.buffers = append(b.buffers, region)
	return len(b.buffers) - 1
}

// write makes the form in which the next step computes a value.
func (b *builder) write(v *ir.Value, l layout) *form {
	b.native[v] = l
	return b.newForm(v, l)
}

// newForm makes a form that the next step fills.
func (b *builder) newForm(v *ir.Value, l layout) *form {
	f := b.reserve(v, l)
	b.hold(v, l, f)
	return f
}

// reserve gives memory to a form that the next step fills or begins to fill.
func (b *builder) reserve(v *ir.Value, l layout) *form {
	f := newForm(b.shape(v), l, b.padding[v][l])
	b.addRegion(&f)
	return &f
}

// hold records that a value exists in a layout.
func (b *builder) hold(v *ir.Value, l layout, f *form) {
	if b.values[v] == nil {
		b.values[v] = new(forms)
	}
	b.values[v][l] = f
}

// addRegion gives a form memory during the next step, and longer if it is
// touched.
func (b *builder) addRegion(f *form) {
	b.regions = append(b.regions, &region{size: f.size(), first: len(b.steps), last: len(b.steps), form: f})
	f.buffer = b.addBuffer(len(b.regions) - 1)
}

// read gives the form of a value in a layout for the next step to read, after
// a step that converts it where it does not exist yet. Only values with four
// axes have several layouts.
func (b *builder) read(v *ir.Value, l layout) *form {
	existing := b.values[v]
	if f := existing[l]; f != nil {
		b.touch(f)
		return f
	}
	from := existing.any()
	b.touch(from)
	to := b.newForm(v, l)
	b.addImages(imageLoop{batch: to.batch, tasks: to.height, out: []*form{to}, body: func(x *execution, at place, y int) {
		convertRow(x, to, from, at, y)
	}}, b.current)
	b.touch(to)
	return to
}

// readAll gives the forms of several values in one layout.
func (b *builder) readAll(values []*ir.Value, l layout) []*form {
	list := make([]*form, len(values))
	for i, v := range values {
		list[i] = b.read(v, l)
	}
	// Steps that converted the later ones came between.
	for _, f := range list {
		b.touch(f)
	}
	return list
}

// touch keeps the memory of a form for the next step.
func (b *builder) touch(f *form) {
	if r := b.buffers[f.buffer]; r != external {
		b.regions[r].last = len(b.steps)
	}
}

// convertRow copies a row of one image from one form to another.
func convertRow(x *execution, to, from *form, at place, y int) {
	kernel.Copy(x.data[to.buffer][to.at(at, y, 0):], to.Plane, x.data[from.buffer][from.at(at, y, 0):], from.Plane, to.channels, 1, to.width)
}

// rename gives the outputs the input's memory under their own shapes.
func (b *builder) rename(n *ir.Node) {
	from := b.read(n.Inputs[0], flat)
	var buffers []int
	for _, v := range n.Outputs {
		f := newForm(b.shape(v), flat, padding{})
		f.buffer = b.addBuffer(b.buffers[from.buffer])
		b.values[v] = &forms{&f}
		buffers = append(buffers, f.buffer)
	}
	b.add(func(x *execution) error {
		for _, to := range buffers {
			x.data[to] = x.data[from.buffer]
		}
		return nil
	}, n)
}

// reference adds a step that runs the reference code of a node.
func (b *builder) reference(n *ir.Node) {
	in := b.readAll(n.Inputs, flat)
	var out []*form
	for _, v := range n.Outputs {
		out = append(out, b.write(v, flat))
	}
	b.add(func(x *execution) error {
		tensors := func(values []*ir.Value, list []*form) []*ir.Tensor {
			var t []*ir.Tensor
			for i, f := range list {
				t = append(t, &ir.Tensor{Shape: b.shape(values[i]), Data: x.data[f.buffer]})
			}
			return t
		}
		w := workers{ctx: x.ctx, threads: x.threads}
		return compute(w, n, tensors(n.Inputs, in), tensors(n.Outputs, out))
	}, n)
}

// show adds a step that gives a value to the visitor, and puts what the visitor
// returns into all forms of the value.
func (b *builder) show(n *ir.Node, v *ir.Value) {
	shown := b.read(v, flat)
	var others []*form
	for l, f := range b.values[v] {
		if f != nil && layout(l) != flat {
			b.touch(f)
			others = append(others, f)
		}
	}
	shape := b.shape(v)
	b.add(func(x *execution) error {
		before := &ir.Tensor{Shape: shape, Data: x.data[shown.buffer]}
		after, err := show(x.visit, n, v, before)
		if err != nil || after == before {
			return err
		}
		x.data[shown.buffer] = after.Data
		for _, f := range others {
			for image := range f.batch {
				for y := range f.height {
					convertRow(x, f, shown, place{image: image}, y)
				}
			}
		}
		return nil
	}, n)
}
