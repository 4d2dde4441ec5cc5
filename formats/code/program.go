package code

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/alexconv/alexconv/ir"
)

// program is a module in the making.
type program struct {
	*framework
	graph  *ir.Graph
	shapes ir.Shapes
	vars   map[*ir.Value]string
	rows   map[*ir.Value]bool // see rowValues
	attrs  identifiers
	keys   map[string]bool // of the weights file
	used   map[string]bool // fragments
	init   []string        // lines of the constructor
	body   []string        // lines of the forward pass

	layer *ir.Node // the one that is being written
}

func newProgram(g *ir.Graph, shapes ir.Shapes, f *framework) (*program, error) {
	p := &program{
		framework: f,
		graph:     g,
		shapes:    shapes,
		rows:      rowValues(g, shapes),
		attrs:     newIdentifiers(f.attribs...),
		keys:      make(map[string]bool),
		used:      make(map[string]bool),
	}
	texts := []string{g.Name}
	for _, n := range g.Nodes {
		texts = append(texts, n.Name)
		for _, v := range n.Outputs {
			texts = append(texts, v.Name, v.Blob)
		}
	}
	for _, text := range texts {
		if !utf8.ValidString(text) {
			return nil, ir.Errorf(ir.ErrUnsupported, "code: the name %q is not valid UTF-8", text)
		}
	}
	if len(g.Inputs()) == 0 || len(g.Outputs) == 0 {
		return nil, ir.Errorf(ir.ErrUnsupported, "code: a model without inputs or outputs has no forward pass")
	}
	p.vars = variables(g, newIdentifiers(f.reserved...))
	return p, nil
}

// variables gives each value a variable: the stages of an in-place blob share
// one, as far as nobody reads a stage when the next has replaced it.
func variables(g *ir.Graph, taken identifiers) map[*ir.Value]string {
	lastRead := make(map[*ir.Value]int)
	for i, n := range g.Nodes {
		for _, v := range n.Inputs {
			lastRead[v] = i
		}
	}
	for _, v := range g.Outputs {
		lastRead[v] = len(g.Nodes)
	}
	vars := make(map[*ir.Value]string)
	stage := make(map[string]*ir.Value) // the latest of each blob
	for i, n := range g.Nodes {
		for _, v := range n.Outputs {
			before := stage[v.Blob]
			switch {
			case before != nil && lastRead[before] <= i:
				vars[v] = vars[before]
			case before != nil:
				vars[v] = taken.free(v.Name)
			default:
				vars[v] = taken.free(v.Blob)
			}
			stage[v.Blob] = v
		}
	}
	return vars
}

// write adds the lines of one layer.
func (p *program) write(n *ir.Node) error {
	p.layer = n
	write := p.writers[n.Op.Type()]
	if write == nil {
		return p.unsupported("a %s layer has no form in a %s module", n.Op.Type(), p.name)
	}
	if err := write(p, n.Op); err != nil {
		return &ir.NodeError{Node: n.Name, Type: n.Op.Type(), Pos: n.Pos, Err: unplaced(err)}
	}
	return nil
}

// unplaced takes the place off an error that is to be placed again.
func unplaced(err error) error {
	if placed, ok := err.(*ir.NodeError); ok {
		return placed.Err
	}
	return err
}

// unsupported is an error that names the layer.
func (p *program) unsupported(format string, args ...any) error {
	return p.layer.Errorf(ir.ErrUnsupported, format, args...)
}

// in is the shape of the layer's first input, as ir has it.
func (p *program) in() ir.Shape { return p.shapes[p.layer.Inputs[0]] }

// out is the shape of the layer's first output, as ir has it.
func (p *program) out() ir.Shape { return p.shapes[p.layer.Outputs[0]] }

// x is the variable of the layer's first input.
func (p *program) x() string { return p.vars[p.layer.Inputs[0]] }

// xs are the variables of all inputs.
func (p *program) xs() []string {
	var list []string
	for _, v := range p.layer.Inputs {
		list = append(list, p.vars[v])
	}
	return list
}

// ys are the variables of all outputs.
func (p *program) ys() []string {
	var list []string
	for _, v := range p.layer.Outputs {
		list = append(list, p.vars[v])
	}
	return list
}

// slice adds a line that cuts the first input into the layer's outputs, along
// an axis under the name that the framework gives it.
func (p *program) slice(function, keyword string, axis int) error {
	o := p.layer.Op.(*ir.Slice)
	at, err := ir.Axis(o.Axis, len(p.in()))
	if err != nil {
		return err
	}
	var sizes []string
	for _, v := range p.layer.Outputs {
		sizes = append(sizes, strconv.Itoa(p.shapes[v][at]))
	}
	to := strings.Join(p.ys(), ", ")
	if len(sizes) == 1 {
		to += ","
	}
	p.body = append(p.body, fmt.Sprintf("%s = %s(%s, [%s], %s=%d)", to, function, p.x(), strings.Join(sizes, ", "), keyword, axis))
	return nil
}

// assign adds a line that gives the layer's output, or outputs, an expression.
// The layer's name follows where the variable does not tell it.
func (p *program) assign(format string, args ...any) {
	to := strings.Join(p.ys(), ", ")
	line := to + " = " + fmt.Sprintf(format, args...)
	if p.layer.Name != to {
		line += "  # " + escape(p.layer.Name)
	}
	p.body = append(p.body, line)
}

// use has a fragment written at the head of the module.
func (p *program) use(fragment string) { p.used[fragment] = true }

// key is the layer's name in the weights file.
func (p *program) key(name string) (string, error) {
	if name == "" {
		return "", p.unsupported("a layer without a name has no key in the weights file")
	}
	if p.keys[name] {
		return "", p.unsupported("another layer has the key %q in the weights file", name)
	}
	p.keys[name] = true
	return quote(name), nil
}

// windowed refuses what the layer's sliding window cannot be in a module.
func (p *program) windowed(w ir.Window, what string) error {
	if len(p.in()) != 4 || w.Axes() != 2 {
		return p.unsupported("%s is only written for images of 4 axes; the input is %v", what, p.in())
	}
	return nil
}

// pads are the window's pads in numbers, ((top, bottom), (left, right)), for
// the declared input.
func pads(w ir.Window, spatial []int) (pairs [2][2]int) {
	for i, in := range spatial {
		pairs[i][0], pairs[i][1] = w.Pads(i, in)
	}
	return pairs
}

func pairsText(p [2][2]int) string { return "(" + tuple(p[0][:]...) + ", " + tuple(p[1][:]...) + ")" }

// eltwise is the expression of an element-wise operation; maximum names the
// framework's function of two values.
func (p *program) eltwise(o *ir.Eltwise, maximum string) (string, error) {
	terms := p.xs()
	if o.Kind == ir.Maximum {
		y := terms[0]
		for _, x := range terms[1:] {
			y = maximum + "(" + y + ", " + x + ")"
		}
		return y, nil
	}
	for i, c := range o.Coefficients {
		if c != 1 {
			text, err := number(c)
			if err != nil {
				return "", err
			}
			terms[i] = text + " * " + terms[i]
		}
	}
	return strings.Join(terms, map[ir.EltwiseKind]string{ir.Sum: " + ", ir.Product: " * "}[o.Kind]), nil
}

// alias gives the outputs the input's value where a variable must change.
func (p *program) alias() {
	for _, y := range p.ys() {
		if y != p.x() {
			p.body = append(p.body, y+" = "+p.x())
		}
	}
}

// outputNames are the keys under which a module saves its outputs: the blobs'
// names, except for one that numpy.savez takes for itself.
func (p *program) outputNames() string {
	var list []string
	seen := make(identifiers)
	for _, v := range p.graph.Outputs {
		name := v.Blob
		if name == "file" || seen[name] {
			name = v.Name + "_"
		}
		seen[name] = true
		list = append(list, quote(name))
	}
	return "[" + strings.Join(list, ", ") + "]"
}

// fragmentsText joins the fragments in use, in the given order.
func (p *program) fragmentsText(order []string) string {
	var list []string
	for _, name := range order {
		if p.used[name] {
			text, err := fragments.ReadFile("fragments/" + name + ".py")
			if err != nil {
				continue
			}
			list = append(list, strings.TrimSpace(string(text)))
		}
	}
	if len(list) == 0 {
		return ""
	}
	return strings.Join(list, "\n\n\n") + "\n\n\n"
}

// indented joins lines, each behind so many spaces.
func indented(spaces int, lines []string) string {
	var b strings.Builder
	for _, line := range lines {
		b.WriteString(strings.Repeat(" ", spaces) + line + "\n")
	}
	return b.String()
}

// inputVars are the variables of the inputs, in order.
func (p *program) inputVars() []string {
	var list []string
	for _, v := range p.graph.Inputs() {
		list = append(list, p.vars[v])
	}
	return list
}

// outputVars are the variables of the outputs, in order.
func (p *program) outputVars() []string {
	var list []string
	for _, v := range p.graph.Outputs {
		list = append(list, p.vars[v])
	}
	return list
}

// title is the first line of the module's docstring.
func (p *program) title() string {
	name := p.graph.Name
	if name == "" {
		name = "A model"
	}
	return escape(strings.Join(strings.Fields(name), " "))
}

// inputsText describes the inputs' shapes for the docstring, stored as the
// module has them.
func (p *program) inputsText(axes func(ir.Shape) ir.Shape) string {
	var list []string
	for _, v := range p.graph.Inputs() {
		list = append(list, fmt.Sprintf("%s %v", escape(v.Blob), axes(p.shapes[v])))
	}
	return strings.Join(list, ", ")
}
