package runtime

import "github.com/alexconv/alexconv/ir"

// Engine is a way to evaluate a graph.
type Engine int

// The engines.
const (
	// Reference is plain loops with float64 accumulation: slow, and short
	// enough to be believed by reading.
	Reference Engine = iota
	// Fast is packed, vectorised and fused.
	Fast
)

var engineNames = [...]string{"reference", "fast"}

func (e Engine) String() string { return engineNames[e] }

// ParseEngine reads an engine's name as String writes it.
func ParseEngine(name string) (Engine, error) {
	for i, known := range engineNames {
		if name == known {
			return Engine(i), nil
		}
	}
	return 0, ir.Errorf(ir.ErrInvalid, "unknown engine %q (want reference or fast)", name)
}
