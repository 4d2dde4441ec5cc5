package ir

import (
	"cmp"
	"math"
)

// Limits bound what a reader accepts from a file that nobody vouches for. A
// field that is zero means its default; [Limits.OrDefaults] fills them in.
// What is beyond a limit is refused with an error that wraps [ErrLimit] and
// names the limit.
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
	// NameLength is the length of one name in bytes.
	NameLength int
	// Expansion is how many bytes one compressed byte may become. DEFLATE's own
	// most is 1,032.
	Expansion int64
}

// DefaultLimits are many times what any net of the family has.
var DefaultLimits = Limits{
	Bytes:      math.MaxInt64,
	Elements:   MaxElements,
	Tensors:    1 << 16,
	Nesting:    64,
	Nodes:      1 << 16,
	NameLength: 1 << 10,
	Expansion:  1032,
}

// OrDefaults is l with [DefaultLimits] in the place of zeros.
func (l Limits) OrDefaults() Limits {
	d := DefaultLimits
	return Limits{
		Bytes:      cmp.Or(l.Bytes, d.Bytes),
		Elements:   cmp.Or(l.Elements, d.Elements),
		Tensors:    cmp.Or(l.Tensors, d.Tensors),
		Nesting:    cmp.Or(l.Nesting, d.Nesting),
		Nodes:      cmp.Or(l.Nodes, d.Nodes),
		NameLength: cmp.Or(l.NameLength, d.NameLength),
		Expansion:  cmp.Or(l.Expansion, d.Expansion),
	}
}

// Check is an error when n of what the limit is named after are too many.
func Check[N int | int64](what string, n, limit N) error {
	if n > limit {
		return Errorf(ErrLimit, "%s: %d, the limit is %d", what, n, limit)
	}
	return nil
}
