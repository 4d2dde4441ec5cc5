package verify

import "math"

// difference measures how two tensors of one shape differ.
type difference struct {
	count   int
	maxAbs  float64 // largest |other - reference|, infinite where unequal > 0
	maxRel  float64 // largest |other - reference|/|reference| where reference is not 0
	relL2   float64 // |other - reference|/|reference| in Euclidean norm
	largest float64 // largest finite |reference|
	worst   int     // flat index of the largest deviation
	beyond  int     // elements outside rtol and atol
	unequal int     // NaN or infinity against anything else
	bothNaN int     // NaN against NaN, unless that counts as equal
	special [2]specials
}

// specials counts the values of one side that are no finite numbers.
type specials struct{ nan, inf int }

func (s *specials) add(v float64) {
	switch {
	case math.IsNaN(v):
		s.nan++
	case math.IsInf(v, 0):
		s.inf++
	}
}

// measure compares element by element in float64. Equal infinities are equal;
// NaN is compared as equalNaN says.
func measure(reference, other []float32, t Tolerance, equalNaN bool) difference {
	d := difference{count: len(reference)}
	var squares, deviations float64
	for i := range reference {
		r, o := float64(reference[i]), float64(other[i])
		d.special[0].add(r)
		d.special[1].add(o)
		deviation := math.Abs(o - r)
		switch {
		case math.IsNaN(r) && math.IsNaN(o):
			if equalNaN {
				continue
			}
			if d.bothNaN++; d.bothNaN+d.unequal == 1 {
				d.worst = i
			}
			continue
		case r == o && math.IsInf(r, 0):
			continue
		case math.IsNaN(deviation) || math.IsInf(deviation, 0):
			if d.unequal++; d.bothNaN+d.unequal == 1 {
				d.worst = i
			}
			continue
		}
		if deviation > d.maxAbs {
			d.maxAbs = deviation
			if d.bothNaN+d.unequal == 0 {
				d.worst = i
			}
		}
		if r != 0 {
			d.maxRel = max(d.maxRel, deviation/math.Abs(r))
		}
		if deviation > t.atol+t.rtol*math.Abs(r) {
			d.beyond++
		}
		d.largest = max(d.largest, math.Abs(r))
		squares += r * r
		deviations += deviation * deviation
	}
	d.relL2 = ratio(math.Sqrt(deviations), math.Sqrt(squares))
	if d.unequal > 0 {
		d.maxAbs, d.maxRel, d.relL2 = math.Inf(1), math.Inf(1), math.Inf(1)
	}
	if d.bothNaN > 0 {
		d.maxAbs, d.maxRel, d.relL2 = math.NaN(), math.NaN(), math.NaN()
	}
	return d
}

// ratio is a/b, and 0 for 0/0.
func ratio(a, b float64) float64 {
	if a == 0 {
		return 0
	}
	return a / b
}
