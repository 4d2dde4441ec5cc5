package npy

import (
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// The only callables that a pickle may name.
const (
	globalNDArray     global = "numpy.ndarray"
	globalDType       global = "numpy.dtype"
	globalReconstruct global = "numpy.core.multiarray._reconstruct"
	globalScalar      global = "numpy.core.multiarray.scalar"
	globalFromBuffer  global = "numpy.core.numeric._frombuffer"
	globalEncode      global = "_codecs.encode"
	globalOrderedDict global = "collections.OrderedDict"
)

// globals maps module.name to the callable; numpy 2 writes _core for core.
var globals = map[string]global{
	"numpy.ndarray":                       globalNDArray,
	"numpy.dtype":                         globalDType,
	"numpy.core.multiarray._reconstruct":  globalReconstruct,
	"numpy._core.multiarray._reconstruct": globalReconstruct,
	"numpy.core.multiarray.scalar":        globalScalar,
	"numpy._core.multiarray.scalar":       globalScalar,
	"numpy.core.numeric._frombuffer":      globalFromBuffer,
	"numpy._core.numeric._frombuffer":     globalFromBuffer,
	"_codecs.encode":                      globalEncode,
	"collections.OrderedDict":             globalOrderedDict,
}

func (m *unpickler) globalLines() error {
	module, err := m.line()
	if err != nil {
		return err
	}
	name, err := m.line()
	if err != nil {
		return err
	}
	return m.pushGlobal(string(module) + "." + string(name))
}

func (m *unpickler) stackGlobal() error {
	pair, err := m.pop(2)
	if err != nil {
		return err
	}
	for _, part := range pair {
		if err := m.chargeText(part); err != nil {
			return err
		}
	}
	module, err := textOf(pair[0])
	if err != nil {
		return err
	}
	name, err := textOf(pair[1])
	if err != nil {
		return err
	}
	return m.pushGlobal(module + "." + name)
}

func (m *unpickler) pushGlobal(name string) error {
	g, ok := globals[name]
	if !ok {
		return ir.Errorf(ir.ErrUnsupported,
			"the pickle names %q, which does not build an array: refused (it could run code)", clip(name))
	}
	return m.push(g)
}

// reduce applies a callable to a tuple of arguments.
func (m *unpickler) reduce() error {
	pair, err := m.pop(2)
	if err != nil {
		return err
	}
	callable, ok := pair[0].(global)
	if !ok {
		return ir.Errorf(ir.ErrInvalid, "%s is called", describe(pair[0]))
	}
	args, ok := pair[1].(*tuple)
	if !ok {
		return ir.Errorf(ir.ErrInvalid, "%s is called with %s instead of a tuple", callable, describe(pair[1]))
	}
	result, err := m.call(callable, args.items)
	if err != nil {
		return ir.Errorf(ir.ErrInvalid, "%s: %w", callable, err)
	}
	return m.push(result)
}

func (m *unpickler) call(callable global, args []any) (any, error) {
	switch callable {
	case globalReconstruct:
		if len(args) != 3 || args[0] != any(globalNDArray) {
			return nil, ir.Errorf(ir.ErrUnsupported, "only (numpy.ndarray, shape, type) is supported")
		}
		return &ndarray{}, nil
	case globalDType:
		return m.newType(args)
	case globalScalar:
		return newScalar(args)
	case globalFromBuffer:
		return fromBuffer(args)
	case globalEncode:
		return m.encode(args)
	case globalOrderedDict:
		return m.orderedDict(args)
	}
	return nil, ir.Errorf(ir.ErrUnsupported, "it cannot be called")
}

// newType is numpy.dtype(name, align, copy).
func (m *unpickler) newType(args []any) (any, error) {
	if len(args) < 1 || len(args) > 3 {
		return nil, ir.Errorf(ir.ErrInvalid, "%d arguments", len(args))
	}
	if err := m.chargeText(args[0]); err != nil {
		return nil, err
	}
	name, err := textOf(args[0])
	if err != nil {
		return nil, err
	}
	d, err := parseDType(name)
	if err != nil {
		return nil, err
	}
	return &typeState{d}, nil
}

// newScalar is scalar(dtype, bytes), an array of no axes.
func newScalar(args []any) (any, error) {
	if len(args) != 2 {
		return nil, ir.Errorf(ir.ErrInvalid, "%d arguments instead of 2", len(args))
	}
	return numeric(ir.Shape{}, args[0], false, args[1])
}

// fromBuffer is _frombuffer(buffer, dtype, shape, order).
func fromBuffer(args []any) (any, error) {
	if len(args) != 4 {
		return nil, ir.Errorf(ir.ErrInvalid, "%d arguments instead of 4", len(args))
	}
	shape, err := shapeOf(args[2])
	if err != nil {
		return nil, err
	}
	order, err := textOf(args[3])
	if err != nil || (order != "C" && order != "F") {
		return nil, ir.Errorf(ir.ErrInvalid, "the order is neither C nor F")
	}
	return numeric(shape, args[1], order == "F", args[0])
}

// encode is _codecs.encode(text, "latin1"), by which Python 3 writes bytes in
// protocols 0 to 2. All results together are no longer than the pickle, so
// that a memoized text is not encoded without end.
func (m *unpickler) encode(args []any) (any, error) {
	if len(args) != 2 {
		return nil, ir.Errorf(ir.ErrInvalid, "%d arguments instead of 2", len(args))
	}
	s, ok := args[0].(text)
	if !ok {
		return nil, ir.Errorf(ir.ErrInvalid, "%s is not text", describe(args[0]))
	}
	if codec, err := textOf(args[1]); err != nil || (codec != "latin1" && codec != "latin-1") {
		return nil, ir.Errorf(ir.ErrUnsupported, "only the latin1 codec is supported")
	}
	if len(s) > m.encoded {
		return nil, ir.Errorf(ir.ErrLimit, "the pickle encodes more text than it holds")
	}
	m.encoded -= len(s)
	raw, err := latin1(s)
	return octets(raw), err
}

// orderedDict is OrderedDict() or, in Python 2, OrderedDict([[key, value], ...]).
func (m *unpickler) orderedDict(args []any) (any, error) {
	d := newDict()
	if len(args) == 0 {
		return d, nil
	}
	pairs, ok := args[0].(*list)
	if !ok || len(args) != 1 {
		return nil, ir.Errorf(ir.ErrInvalid, "the argument is not a list of pairs")
	}
	if err := m.charge(len(pairs.items)); err != nil {
		return nil, err
	}
	for _, item := range pairs.items {
		pair, err := sequence(item)
		if err != nil || len(pair) != 2 {
			return nil, ir.Errorf(ir.ErrInvalid, "the argument is not a list of pairs")
		}
		if err := m.fill(d, pair); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// build gives an array or a dtype its state.
func (m *unpickler) build() error {
	items, err := m.pop(1)
	if err != nil {
		return err
	}
	target, err := m.top()
	if err != nil {
		return err
	}
	state, ok := items[0].(*tuple)
	if !ok {
		return ir.Errorf(ir.ErrInvalid, "the state of %s is %s, not a tuple", describe(target), describe(items[0]))
	}
	switch v := target.(type) {
	case *ndarray:
		err = v.setState(state.items)
	case *typeState:
		err = v.setState(state.items)
	default:
		return ir.Errorf(ir.ErrUnsupported, "%s is given a state", describe(target))
	}
	if err != nil {
		return ir.Errorf(ir.ErrInvalid, "the state of %s: %w", describe(target), err)
	}
	return nil
}

// setState reads dtype.__setstate__'s (version, byte order, subarray, names,
// fields, size, alignment, flags, and metadata since version 4).
func (t *typeState) setState(state []any) error {
	if len(state) < 8 || len(state) > 9 {
		return ir.Errorf(ir.ErrUnsupported, "%d items instead of 8", len(state))
	}
	for _, structured := range state[2:5] {
		if structured != any(none{}) {
			return ir.Errorf(ir.ErrUnsupported, "a structured dtype is not supported")
		}
	}
	order, err := textOf(state[1])
	if err != nil {
		return err
	}
	switch order {
	case "<", "|", "=":
		t.dtype.big = false
	case ">":
		t.dtype.big = true
	default:
		return ir.Errorf(ir.ErrInvalid, "%q is not a byte order", clip(order))
	}
	return nil
}

// setState reads ndarray.__setstate__'s (version, shape, dtype, is_fortran,
// data); numpy's oldest form has no version.
func (a *ndarray) setState(state []any) error {
	if a.built {
		return ir.Errorf(ir.ErrInvalid, "it is given twice")
	}
	if len(state) == 5 {
		if v, ok := state[0].(int64); !ok || v < 0 || v > 1 {
			return ir.Errorf(ir.ErrUnsupported, "its version is unknown")
		}
		state = state[1:]
	}
	if len(state) != 4 {
		return ir.Errorf(ir.ErrInvalid, "%d items instead of 4 or 5", len(state))
	}
	shape, err := shapeOf(state[0])
	if err != nil {
		return err
	}
	var fortran bool
	switch f := state[2].(type) {
	case bool:
		fortran = f
	case int64:
		fortran = f != 0
	default:
		return ir.Errorf(ir.ErrInvalid, "is_fortran is %s", describe(f))
	}
	if t, ok := state[1].(*typeState); ok && t.dtype.kind == 'O' {
		objects, ok := state[3].(*list)
		if !ok || len(objects.items) != shape.Elements() {
			return ir.Errorf(ir.ErrInvalid, "the objects of shape %v are not listed", shape)
		}
		*a = ndarray{objects: objects.items, shape: shape, built: true}
		return nil
	}
	built, err := numeric(shape, state[1], fortran, state[3])
	if err != nil {
		return err
	}
	*a = *built
	return nil
}

// numeric is an array of numbers over the bytes of payload.
func numeric(shape ir.Shape, typ any, fortran bool, payload any) (*ndarray, error) {
	t, ok := typ.(*typeState)
	if !ok {
		return nil, ir.Errorf(ir.ErrInvalid, "%s is not a dtype", describe(typ))
	}
	if t.dtype.kind == 'O' || t.dtype.size == 0 {
		return nil, ir.Errorf(ir.ErrUnsupported, "dtype %v is not numeric", t.dtype)
	}
	raw, err := octetsOf(payload)
	if err != nil {
		return nil, err
	}
	array, err := newArray(shape, t.dtype, fortran, raw)
	if err != nil {
		return nil, err
	}
	return &ndarray{array: array, shape: shape, built: true}, nil
}

// shapeOf reads a tuple of extents. A lone integer is a shape of one axis.
func shapeOf(v any) (ir.Shape, error) {
	if n, ok := v.(int64); ok {
		v = &tuple{[]any{n}}
	}
	items, err := sequence(v)
	if err != nil {
		return nil, err
	}
	if len(items) > maxRank {
		return nil, ir.Errorf(ir.ErrLimit, "a shape of %d axes, at most %d are possible", len(items), maxRank)
	}
	shape := make(ir.Shape, len(items))
	for i, item := range items {
		n, ok := item.(int64)
		if !ok || n < 0 || n > ir.MaxElements {
			return nil, ir.Errorf(ir.ErrInvalid, "extent %d of a shape is not a number from 0 to %d", i, ir.MaxElements)
		}
		shape[i] = int(n)
	}
	return slices.Clip(shape), shape.Check()
}

// sequence is the items of a list or a tuple.
func sequence(v any) ([]any, error) {
	switch s := v.(type) {
	case *list:
		return s.items, nil
	case *tuple:
		return s.items, nil
	}
	return nil, ir.Errorf(ir.ErrInvalid, "%s is not a sequence", describe(v))
}
