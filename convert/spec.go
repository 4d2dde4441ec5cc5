package convert

import (
	"os"
	"strconv"
	"strings"

	"github.com/alexconv/alexconv/ir"
)

// Spec is the parsed name of a model.
type Spec struct {
	// Topology is a path, or a zoo name if Zoo is set.
	Topology string
	Zoo      bool
	// Weights is a path, empty where the topology holds its own or has none.
	Weights string
	// Seed fills the topology with the formula's weights if Seeded is set.
	Seeded bool
	Seed   uint64
}

// TopologyName is the name of the topology alone, as ParseSpec reads it.
func (s Spec) TopologyName() string {
	if s.Zoo {
		return "zoo:" + s.Topology
	}
	return s.Topology
}

// ParseSpec reads a model's name:
//
//	PATH
//	TOPOLOGY+WEIGHTS
//	TOPOLOGY?seed=N
//	zoo:NAME[+WEIGHTS]
//	zoo:NAME?seed=N
//
// A file whose own name contains a plus sign or a question mark wins over the
// split at it.
func ParseSpec(text string) (Spec, error) {
	name, isZoo := strings.CutPrefix(text, "zoo:")
	s := Spec{Zoo: isZoo}
	if before, query, ok := strings.Cut(name, "?"); ok && (isZoo || strings.HasPrefix(query, "seed=") && !exists(text)) {
		value, ok := strings.CutPrefix(query, "seed=")
		seed, err := strconv.ParseUint(value, 10, 64)
		if !ok || err != nil {
			return Spec{}, ir.Errorf(ir.ErrInvalid, "%q: after the question mark comes seed=N with a whole number", text)
		}
		s.Seeded, s.Seed, name = true, seed, before
	}
	if isZoo {
		s.Topology, s.Weights, _ = strings.Cut(name, "+")
	} else {
		s.Topology, s.Weights = split(name)
		if s.Topology == "" || strings.Contains(name, "+") && !exists(name) && s.Weights == "" {
			return Spec{}, ir.Errorf(ir.ErrInvalid, "%q names no model; give PATH, TOPOLOGY+WEIGHTS or zoo:NAME", text)
		}
	}
	if s.Seeded && s.Weights != "" {
		return Spec{}, ir.Errorf(ir.ErrInvalid, "%q asks for weights both from a file and from a seed", text)
	}
	return s, nil
}

// split parts topology and weights at the first plus sign that leaves two
// files, else at the first.
func split(text string) (topology, weights string) {
	if exists(text) {
		return text, ""
	}
	for i, c := range text {
		if c == '+' && exists(text[:i]) && exists(text[i+1:]) {
			return text[:i], text[i+1:]
		}
	}
	topology, weights, _ = strings.Cut(text, "+")
	return topology, weights
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
