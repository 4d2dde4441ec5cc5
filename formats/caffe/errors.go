package caffe

import (
	"fmt"

	"github.com/alexconv/alexconv/ir"
)

// SyntaxError says where a prototxt is malformed. Line and Column count from
// 1; columns count bytes, and a tab advances to the next multiple of eight, as
// in protobuf's own messages. Layer is the enclosing layer's name, empty where
// there is none. errors.Is(err, ir.ErrInvalid) holds.
type SyntaxError struct {
	Line, Column int
	Layer        string
	Msg          string
}

// Error is `LINE:COL: layer "name": message`.
func (e *SyntaxError) Error() string {
	if e.Layer == "" {
		return fmt.Sprintf("%d:%d: %s", e.Line, e.Column, e.Msg)
	}
	return fmt.Sprintf("%d:%d: layer %q: %s", e.Line, e.Column, e.Layer, e.Msg)
}

// Unwrap gives [ir.ErrInvalid].
func (e *SyntaxError) Unwrap() error { return ir.ErrInvalid }

// WireError says at which byte a caffemodel is malformed.
// errors.Is(err, ir.ErrInvalid) holds.
type WireError struct {
	Offset int64
	Msg    string
}

// Error is `byte OFFSET: message`.
func (e *WireError) Error() string { return fmt.Sprintf("byte %d: %s", e.Offset, e.Msg) }

// Unwrap gives [ir.ErrInvalid].
func (e *WireError) Unwrap() error { return ir.ErrInvalid }

func (p position) String() string {
	if p == (position{}) {
		return ""
	}
	return fmt.Sprintf("%d:%d", p.line, p.column)
}

// layerErrorf places an error at a layer, or at one of its fields.
func layerErrorf(layer *message, at position, kind error, format string, args ...any) error {
	return &ir.NodeError{
		Node: layer.str("name"),
		Type: layer.str("type"),
		Pos:  at.String(),
		Err:  ir.Errorf(kind, format, args...),
	}
}
