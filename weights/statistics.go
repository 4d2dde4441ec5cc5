package weights

import (
	"math"

	"github.com/alexconv/alexconv/ir"
)

// Bins is the number of bins in a histogram.
const Bins = 32

// Statistics describe the values of one tensor. What is no finite number is
// counted and otherwise left out.
type Statistics struct {
	Count int `json:"count"`
	Zeros int `json:"zeros"` // of either sign
	// Sparsity is the share of zeros, 0 for an empty tensor.
	Sparsity float64 `json:"sparsity"`
	NaN      int     `json:"nan"`
	Inf      int     `json:"inf"` // of either sign
	// Min, Max, Mean and Deviation (the square root of the biased variance) are 0
	// where no value is finite.
	Min       float64 `json:"min"`
	Max       float64 `json:"max"`
	Mean      float64 `json:"mean"`
	Deviation float64 `json:"deviation"`
	// Histogram counts the finite values in bins of one width from -Reach to
	// Reach, the largest magnitude; a value on a boundary counts above it, Reach
	// itself in the last bin. It is empty where no value is finite.
	Histogram []int `json:"histogram,omitempty"`
}

// Of describes a tensor.
func Of(t *ir.Tensor) Statistics {
	s := Statistics{Count: len(t.Data), Min: math.Inf(1), Max: math.Inf(-1)}
	sum, finite := 0.0, 0
	for _, value := range t.Data {
		v := float64(value)
		switch {
		case math.IsNaN(v):
			s.NaN++
			continue
		case math.IsInf(v, 0):
			s.Inf++
			continue
		case v == 0:
			s.Zeros++
		}
		finite++
		sum += v
		s.Min, s.Max = min(s.Min, v), max(s.Max, v)
	}
	if s.Count > 0 {
		s.Sparsity = float64(s.Zeros) / float64(s.Count)
	}
	if finite == 0 {
		s.Min, s.Max = 0, 0
		return s
	}
	s.Mean = sum / float64(finite)
	s.Histogram = make([]int, Bins)
	reach, squares := s.Reach(), 0.0
	for _, value := range t.Data {
		v := float64(value)
		if math.IsNaN(v) || math.IsInf(v, 0) {
			continue
		}
		squares += (v - s.Mean) * (v - s.Mean)
		s.Histogram[bin(v, reach)]++
	}
	s.Deviation = math.Sqrt(squares / float64(finite))
	return s
}

// Reach is the largest magnitude of a finite value.
func (s Statistics) Reach() float64 { return max(math.Abs(s.Min), math.Abs(s.Max)) }

func bin(v, reach float64) int {
	if reach == 0 {
		return Bins / 2
	}
	return min(Bins-1, int(math.Floor((v/reach+1)/2*Bins)))
}

// Parameter is one learned tensor of a graph with its description.
type Parameter struct {
	// Layer is the node's name, or its first value's where it has none.
	Layer string   `json:"layer"`
	Role  string   `json:"role"` // such as weights or bias
	Shape ir.Shape `json:"shape"`
	Statistics
}

// Describe lists the parameters of a graph in node order. A tensor that several
// nodes share is listed once. A topology is refused with ErrNoWeights.
func Describe(g *ir.Graph) ([]Parameter, error) {
	if err := g.CheckWeights(); err != nil {
		return nil, err
	}
	shapes, err := g.Infer(nil)
	if err != nil {
		return nil, err
	}
	list := []Parameter{}
	seen := make(map[*ir.Tensor]bool)
	for _, n := range g.Nodes {
		signature, err := n.Op.Infer(shapes.Of(n.Inputs))
		if err != nil {
			return nil, err
		}
		for i, p := range signature.Params {
			t := n.Params[i]
			if seen[t] {
				continue
			}
			seen[t] = true
			layer := n.Name
			if layer == "" {
				layer = n.Outputs[0].Name
			}
			list = append(list, Parameter{layer, p.Role, t.Shape, Of(t)})
		}
	}
	return list, nil
}
