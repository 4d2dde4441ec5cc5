package verify

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime"
)

// judge decides, for tolerance auto, which values of a run are honest float32
// evaluations of a graph.
//
// A bound on the error of a whole net in the worst case is of no use: it grows
// with the product of the layers' norms and, eight layers deep, excuses
// everything. A judge therefore takes the net apart. With y[l] the value under
// test at layer l and f[l] the layer's function in the graph,
//
//	y[l] - f[l](y[l-1])
//
// is the error that layer l makes by itself, on the input that it really had. It
// must lie within the layer's own rounding (see [rules]), element by element. If
// that holds for every layer, the values are a float32 evaluation of this graph
// and no other, and the whole deviation from another run of it is the effect of
// rounding, however large it is; if it does not, the first layer where it fails
// is where the models part. Nothing is propagated, so nothing explodes.
//
// The functions are evaluated by the Reference engine from the graph's own
// parameters.
//
// A value that is not there for comparison, or that failed, cannot be built
// upon. What follows is then computed from the last value that can, and the
// error to reckon with is carried along by samples: copies of the value to which
// each layer adds its usual rounding with random signs (Parker, Monte Carlo
// arithmetic, 1997; Kenney and Laub, SIAM J. Sci. Comput. 15(1), 1994, for
// estimates from few samples). What is allowed is [margin] times their spread.
// That is an estimate, not a proof, and [Layer] says so.
type judge struct {
	rules
	graph   *ir.Graph
	shapes  ir.Shapes // for the declared inputs
	options Options
	targets map[*ir.Value]*target
	// ran holds what the Reference engine computed for the graph, if it did.
	ran   map[*ir.Value]*ir.Tensor
	basis map[*ir.Value]*base
}

// base is what the readers of a value compute from.
type base struct {
	tensor *ir.Tensor
	// samples are copies with errors; none where the tensor is a value under
	// test, which has no error by definition.
	samples []*ir.Tensor
}

// samples is the number of copies that carry errors along.
const samples = 3

// margin is how many times their spread a deviation may reach.
const margin = 4

// most is the largest relative L2 deviation that a bound may excuse: a third of
// what known mistakes in a layer move its output by at least.
const most = 0.01

// target is a value under test.
type target struct {
	layer *Layer
	// subject is judged; reference and other are the layer's two sides, one of
	// which it is.
	subject, reference, other *ir.Tensor
	// broken says what is known to be wrong with the layer, whatever the numbers.
	broken string
	// in and exact are what the layer was judged by.
	in    []*ir.Tensor
	exact *ir.Tensor
	rounding
}

// run judges every target, in node order. Inputs are by value name.
func (j *judge) run(ctx context.Context, inputs map[string]*ir.Tensor) error {
	j.rules = rules{ctx: ctx, threads: j.options.Run.Threads, winograd: j.options.Run.Winograd}
	j.basis = make(map[*ir.Value]*base)
	var err error
	if j.shapes, err = j.graph.Validate(); err != nil {
		return err
	}
	for _, n := range j.graph.Nodes {
		switch n.Op.(type) {
		case *ir.Input:
			v := n.Outputs[0]
			j.basis[v] = &base{tensor: inputs[v.Name]}
			if t := j.targets[v]; t != nil {
				j.local(t, inputs[v.Name], rounding{})
			}
			continue
		case *ir.Silence:
			continue
		}
		if err := j.node(n); err != nil {
			return fmt.Errorf("layer %q: %w", n.Name, err)
		}
	}
	return nil
}

func (j *judge) node(n *ir.Node) error {
	in := make([]*ir.Tensor, len(n.Inputs))
	sampled := false
	for i, v := range n.Inputs {
		in[i] = j.basis[v].tensor
		sampled = sampled || j.basis[v].samples != nil
	}
	out := j.known(n, in)
	if out == nil {
		var err error
		if out, err = apply(j.ctx, n.Op, n.Params, in, runtime.Options{Threads: j.threads}); err != nil {
			return err
		}
	}
	errors, err := j.of(n, in, out)
	if err != nil {
		return err
	}
	var copies [][]*ir.Tensor // by sample
	if sampled {
		if copies, err = j.perturbed(n); err != nil {
			return err
		}
	}
	for i, v := range n.Outputs {
		b := &base{tensor: out[i]}
		for k := range samples {
			switch {
			case sampled:
				b.samples = append(b.samples, perturb(copies[k][i], errors[i], v.Name, k))
			case errors[i].limit != nil:
				b.samples = append(b.samples, perturb(out[i], errors[i], v.Name, k))
			}
		}
		j.basis[v] = b
		t := j.targets[v]
		if t == nil || !t.subject.Shape.Equal(out[i].Shape) {
			continue
		}
		t.in, t.exact, t.rounding = in, out[i], errors[i]
		if sampled {
			j.spread(t, b)
		} else {
			j.local(t, out[i], errors[i])
		}
		switch {
		case j.options.Mode == Isolated:
			j.basis[v] = &base{tensor: t.reference}
		case t.layer.Verdict == Pass:
			j.basis[v] = &base{tensor: t.subject}
		}
	}
	return nil
}

// known is what the Reference engine has computed for these inputs already, nil
// if it has not.
func (j *judge) known(n *ir.Node, in []*ir.Tensor) []*ir.Tensor {
	for i, v := range n.Inputs {
		if j.ran[v] == nil || !identical(j.ran[v], in[i]) {
			return nil
		}
	}
	var out []*ir.Tensor
	for _, v := range n.Outputs {
		if j.ran[v] == nil {
			return nil
		}
		out = append(out, j.ran[v])
	}
	return out
}

// perturbed evaluates a node on each sample of its inputs.
func (j *judge) perturbed(n *ir.Node) ([][]*ir.Tensor, error) {
	var list [][]*ir.Tensor
	for k := range samples {
		in := make([]*ir.Tensor, len(n.Inputs))
		for i, v := range n.Inputs {
			in[i] = j.basis[v].tensor
			if s := j.basis[v].samples; s != nil {
				in[i] = s[k]
			}
		}
		out, err := apply(j.ctx, n.Op, n.Params, in, runtime.Options{Engine: runtime.Fast, Threads: j.threads})
		if err != nil {
			return nil, err
		}
		list = append(list, out)
	}
	return list, nil
}

// perturb adds usual errors with random signs to a copy of a tensor. The signs
// depend on the value's name and the sample's number alone.
func perturb(t *ir.Tensor, r rounding, name string, sample int) *ir.Tensor {
	if r.limit == nil {
		return t
	}
	p := ir.Seeded(name, uint64(sample), 1, t.Shape...)
	for i, sign := range p.Data {
		p.Data[i] = float32(float64(t.Data[i]) + math.Copysign(r.usual(i), float64(sign)))
	}
	return p
}

// local holds a value against the exact result on its own inputs.
func (j *judge) local(t *target, exact *ir.Tensor, r rounding) {
	var own, bound norm
	used := 0.0
	for i, x := range exact.Data {
		limit := 0.0
		if r.limit != nil {
			limit = r.limit[i]
		}
		error := difference64(t.subject.Data[i], x)
		own.add(error)
		bound.add(limit)
		used = max(used, share(error, limit))
	}
	t.conclude(exact, own.value(), bound.value(), used, j.options)
}

// spread holds a value against a result that carries errors of its own.
func (j *judge) spread(t *target, b *base) {
	var own, spread norm
	largest, worst := 0.0, 0.0
	for i, x := range b.tensor.Data {
		error := difference64(t.subject.Data[i], x)
		own.add(error)
		worst = max(worst, error)
		for _, s := range b.samples {
			d := difference64(s.Data[i], x)
			spread.add(d)
			largest = max(largest, d)
		}
	}
	allowed := margin * spread.value() / math.Sqrt(samples)
	t.layer.Estimated = true
	t.conclude(b.tensor, own.value(), allowed, max(share(own.value(), allowed), share(worst, margin*largest)), j.options)
}

// conclude completes a layer whose two sides have been compared.
func (t *target) conclude(exact *ir.Tensor, own, bound, used float64, o Options) {
	l := t.layer
	run := t.other
	if t.subject == t.other {
		run = t.reference
	}
	var carried, size norm
	for i, x := range exact.Data {
		carried.add(difference64(run.Data[i], x))
		size.add(finite(t.reference.Data[i]))
	}
	l.Residual = Number(ratio(own, size.value()))
	l.BoundUsed = Number(used)
	if o.tolerance(l).kind != auto {
		return
	}
	l.Bound = Number(ratio(bound+carried.value(), size.value()))
	if l.Reason != "" {
		return
	}
	if !(used <= 1) {
		l.Reason = fmt.Sprintf("%.2g times the bound on rounding, relative L2 %.2g", used, float64(l.RelL2))
	}
	if t.broken != "" {
		if l.Reason != "" {
			l.Reason += "; "
		}
		l.Reason += t.broken
	}
	switch {
	case l.Reason != "":
		l.Verdict = Fail
	case float64(l.RelL2) > most:
		l.Verdict, l.Reason = Unchecked, fmt.Sprintf("rounding may explain the deviation, but one of %.2g proves nothing", float64(l.RelL2))
	}
}

// norm adds up a Euclidean norm.
type norm float64

func (n *norm) add(v float64) { *n += norm(v * v) }
func (n norm) value() float64 { return math.Sqrt(float64(n)) }

// difference64 is |a - b|, and 0 where both are the same infinity or NaN;
// [Layer.compare] judges values that are no finite numbers.
func difference64(a, b float32) float64 {
	d := math.Abs(float64(a) - float64(b))
	if a == b || math.IsNaN(d) || math.IsInf(d, 0) {
		return 0
	}
	return d
}

func finite(v float32) float64 {
	if w := math.Abs(float64(v)); w <= math.MaxFloat32 {
		return w
	}
	return 0
}

// share is error/limit: 0 for no error, infinite for one where none is allowed.
func share(error, limit float64) float64 {
	switch {
	case error == 0:
		return 0
	case !(limit > 0):
		return math.Inf(1)
	}
	return error / limit
}

// identical compares bit by bit.
func identical(a, b *ir.Tensor) bool {
	return a == b || a.Shape.Equal(b.Shape) && slices.Equal(ir.BytesOf(a.Data), ir.BytesOf(b.Data))
}
