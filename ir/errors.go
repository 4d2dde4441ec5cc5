package ir

import (
	"errors"
	"fmt"
)

// The kinds of failure that a caller may want to tell apart with [errors.Is].
var (
	// ErrUnsupported marks a construct that is valid where it comes from but
	// that alexconv, or the target format, cannot express.
	ErrUnsupported = errors.New("unsupported")
	// ErrInvalid marks a model that its own framework would refuse.
	ErrInvalid = errors.New("invalid")
	// ErrNoWeights marks a topology used where parameters are needed.
	ErrNoWeights = errors.New("the model has no weights")
	// ErrLimit marks input beyond a configured limit.
	ErrLimit = errors.New("over a limit")
)

// Errorf returns an error of the given kind whose text is the formatted
// message alone; errors.Is(err, kind) holds.
func Errorf(kind error, format string, args ...any) error {
	return &kindError{kind: kind, err: fmt.Errorf(format, args...)}
}

type kindError struct{ kind, err error }

func (e *kindError) Error() string   { return e.err.Error() }
func (e *kindError) Unwrap() []error { return []error{e.kind, e.err} }

// NodeError says at which node of a graph something is wrong.
type NodeError struct {
	Node string // the node's name, may be empty
	Type string // the operation's type
	Pos  string // LINE:COLUMN in the source, empty when unknown
	Err  error
}

// Error is `POS: layer "name": message`, without the position when it is
// unknown.
func (e *NodeError) Error() string {
	text := fmt.Sprintf("layer %q: %v", e.Node, e.Err)
	if e.Node == "" {
		text = fmt.Sprintf("unnamed %s layer: %v", e.Type, e.Err)
	}
	if e.Pos != "" {
		return e.Pos + ": " + text
	}
	return text
}

// Unwrap gives the error without its place.
func (e *NodeError) Unwrap() error { return e.Err }

// Errorf returns a [NodeError] of the given kind for the node.
func (n *Node) Errorf(kind error, format string, args ...any) error {
	return n.wrap(Errorf(kind, format, args...))
}

func (n *Node) wrap(err error) error {
	if err == nil {
		return nil
	}
	var placed *NodeError
	if errors.As(err, &placed) {
		return err
	}
	return &NodeError{Node: n.Name, Type: n.Op.Type(), Pos: n.Pos, Err: err}
}
