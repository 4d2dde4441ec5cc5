package ir

import (
	"fmt"
	"math"
	"strings"
)

// Limits bound what a reader accepts from a file that nobody vouches for. A
// field that is zero means its default; [Limits.OrDefaults] fills them in.
// What is beyond a limit is refused with a [LimitError].
type Limits struct {
	// Bytes is the length of one file.
	Bytes int64
	// Elements is how many values one tensor may hold.
	Elements int64
	// Tensors is how many weights or arrays one file may hold.
	Tensors int
	// Nesting is how deep messages, groups or containers may stand in each
	// other.
	Nesting int
	// Nodes is how many layers or nodes one graph may have.
	Nodes int
	// Values is how many numbers, strings and messages one file may hold beside
	// the numbers of its weights.
	Values int
	// NameLength is the length of one name in bytes.
	NameLength int
	// Expansion is how many bytes in memory one byte of a file may become, beyond
	// [FreeExpansion] bytes in all: archives and pictures are compressed, other
	// files may use one array many times. DEFLATE's own most is 1,032.
	Expansion int
}

// FreeExpansion is how many bytes any file may become.
const FreeExpansion = 32 << 20

// DefaultLimits are many times what any net of the family has.
var DefaultLimits = Limits{
	Bytes:      math.MaxInt64,
	Elements:   MaxElements,
	Tensors:    1 << 16,
	Nesting:    64,
	Nodes:      1 << 16,
	Values:     1 << 18,
	NameLength: 1 << 10,
	Expansion:  32,
}

// Limit is the name of one of the [Limits].
type Limit string

// The names of the fields of [Limits].
const (
	LimitBytes      Limit = "bytes"
	LimitElements   Limit = "elements"
	LimitTensors    Limit = "tensors"
	LimitNesting    Limit = "nesting"
	LimitNodes      Limit = "nodes"
	LimitValues     Limit = "values"
	LimitNameLength Limit = "name-length"
	LimitExpansion  Limit = "expansion"
)

// limitFields lists the limits in the order of the struct.
var limitFields = []struct {
	name Limit
	get  func(*Limits) int64
	set  func(*Limits, int64)
}{
	{LimitBytes, func(l *Limits) int64 { return l.Bytes }, func(l *Limits, n int64) { l.Bytes = n }},
	{LimitElements, func(l *Limits) int64 { return l.Elements }, func(l *Limits, n int64) { l.Elements = n }},
	{LimitTensors, func(l *Limits) int64 { return int64(l.Tensors) }, func(l *Limits, n int64) { l.Tensors = toInt(n) }},
	{LimitNesting, func(l *Limits) int64 { return int64(l.Nesting) }, func(l *Limits, n int64) { l.Nesting = toInt(n) }},
	{LimitNodes, func(l *Limits) int64 { return int64(l.Nodes) }, func(l *Limits, n int64) { l.Nodes = toInt(n) }},
	{LimitValues, func(l *Limits) int64 { return int64(l.Values) }, func(l *Limits, n int64) { l.Values = toInt(n) }},
	{LimitNameLength, func(l *Limits) int64 { return int64(l.NameLength) }, func(l *Limits, n int64) { l.NameLength = toInt(n) }},
	{LimitExpansion, func(l *Limits) int64 { return int64(l.Expansion) }, func(l *Limits, n int64) { l.Expansion = toInt(n) }},
}

func toInt(n int64) int { return int(min(n, math.MaxInt)) }

// OrDefaults is l with [DefaultLimits] in the place of zeros.
func (l Limits) OrDefaults() Limits {
	for _, f := range limitFields {
		if f.get(&l) == 0 {
			f.set(&l, f.get(&DefaultLimits))
		}
	}
	return l
}

// Of is the value of the named limit.
func (l Limits) Of(limit Limit) int64 {
	for _, f := range limitFields {
		if f.name == limit {
			return f.get(&l)
		}
	}
	return 0
}

// Set gives the named limit a positive value.
func (l *Limits) Set(limit Limit, n int64) error {
	var names []string
	for _, f := range limitFields {
		if f.name == limit {
			if n <= 0 {
				return Errorf(ErrInvalid, "the limit %s must be positive, not %d", limit, n)
			}
			f.set(l, n)
			return nil
		}
		names = append(names, string(f.name))
	}
	return Errorf(ErrInvalid, "unknown limit %q (want one of %s)", limit, strings.Join(names, ", "))
}

// Check is a [LimitError] when n of what are more than the named limit allows.
func (l Limits) Check(limit Limit, what string, n int64) error {
	if most := l.Of(limit); n > most {
		return &LimitError{Limit: limit, What: what, N: n, Most: most}
	}
	return nil
}

// CheckExpansion is a [LimitError] when a file of size bytes becomes n bytes of
// what and the limits do not allow it.
func (l Limits) CheckExpansion(what string, n, size int64) error {
	most := int64(math.MaxInt64)
	if size = max(size, 1); int64(l.Expansion) <= (most-FreeExpansion)/size {
		most = FreeExpansion + int64(l.Expansion)*size
	}
	if n > most {
		return &LimitError{Limit: LimitExpansion, What: what, N: n, Most: most}
	}
	return nil
}

// CheckGraph is an error when the graph has more nodes, weights, elements in
// one of them or bytes in a name than the limits allow.
func (l Limits) CheckGraph(g *Graph) error {
	if err := l.Check(LimitNodes, "nodes of the graph", int64(len(g.Nodes))); err != nil {
		return err
	}
	tensors := make(map[*Tensor]bool)
	for _, n := range g.Nodes {
		if err := l.CheckName(n.Name); err != nil {
			return err
		}
		for _, t := range n.Params {
			tensors[t] = true
			if err := l.Check(LimitElements, "elements of a weight", int64(len(t.Data))); err != nil {
				return n.wrap(err)
			}
		}
		for _, v := range n.Outputs {
			if err := l.CheckName(v.Name); err != nil {
				return err
			}
		}
	}
	return l.Check(LimitTensors, "weights of the graph", int64(len(tensors)))
}

// CheckName is an error when a name is too long.
func (l Limits) CheckName(name string) error {
	const shown = 16
	if len(name) <= l.NameLength {
		return nil
	}
	return l.Check(LimitNameLength, fmt.Sprintf("bytes in the name %.*q...", shown, name), int64(len(name)))
}

// LimitError says what is beyond a limit. errors.Is(err, ErrLimit) holds.
type LimitError struct {
	Limit   Limit
	What    string // what there is too much of, in the plural
	N, Most int64
}

// Error is `WHAT: N, the limit is MOST`.
func (e *LimitError) Error() string {
	return fmt.Sprintf("%s: %d, the limit is %d", e.What, e.N, e.Most)
}

// Unwrap gives [ErrLimit].
func (e *LimitError) Unwrap() error { return ErrLimit }
