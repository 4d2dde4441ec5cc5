package verify

import (
	"fmt"
	"math"

	"github.com/x448/float16"

	"github.com/alexconv/alexconv/ir"
)

// precision rounds or cuts the parameters to the formats of 16 bits.
func precision(s *suspect) []mistake {
	if len(s.node.Params) == 0 {
		return nil
	}
	bits := func(v float32) uint32 { return math.Float32bits(v) }
	forms := []struct {
		code, what string
		convert    func(float32) float32
	}{
		{"WEIGHTS_FLOAT16", "rounded to float16", func(v float32) float32 { return float16.Fromfloat32(v).Float32() }},
		{"WEIGHTS_BFLOAT16", "rounded to bfloat16", func(v float32) float32 {
			return math.Float32frombits((bits(v) + 0x7fff + bits(v)>>16&1) &^ 0xffff)
		}},
		{"WEIGHTS_BFLOAT16", "cut to bfloat16", func(v float32) float32 { return math.Float32frombits(bits(v) &^ 0xffff) }},
	}
	var list []mistake
	for _, form := range forms {
		// The bias is often kept.
		for _, count := range []int{len(s.node.Params), 1} {
			m := mistake{code: form.code, evidence: "the other's parameters are the reference's " + form.what, op: s.node.Op}
			for i, p := range s.node.Params {
				if i < count {
					p = converted(p, form.convert)
				}
				m.params = append(m.params, p)
			}
			list = append(list, m)
		}
	}
	return list
}

func converted(t *ir.Tensor, convert func(float32) float32) *ir.Tensor {
	c := ir.NewTensor(t.Shape...)
	for i, v := range t.Data {
		c.Data[i] = convert(v)
	}
	return c
}

// mostOffsets bounds the shifts that are tried: weights of few values repeat.
const mostOffsets = 64

// damaged finds weights of the other model that end early or that begin at
// another place.
func damaged(s *suspect) []mistake {
	weights, _, ok := s.linear()
	if !ok || s.other == nil || len(s.other.Params) != len(s.node.Params) {
		return nil
	}
	other := oriented(s.other, 0)
	if !other.Shape.Equal(weights.Shape) {
		return nil
	}
	n := len(weights.Data)
	var list []mistake
	end := n
	for end > 0 && other.Data[end-1] == 0 {
		end--
	}
	if end < n && equalRuns(weights.Data[:end], other.Data[:end]) {
		cut := ir.NewTensor(weights.Shape...)
		copy(cut.Data, weights.Data[:end])
		list = append(list, s.reweighed("WEIGHTS_TRUNCATED", fmt.Sprintf("the other's weights are 0 from value %d of %d on", end, n), cut))
	}
	for _, by := range offsets(weights.Data, other.Data) {
		if equalRuns(weights.Data[:n-by], other.Data[by:]) {
			list = append(list, s.shifted(weights, other, by))
		}
	}
	for _, by := range offsets(other.Data, weights.Data) {
		if equalRuns(weights.Data[by:], other.Data[:n-by]) {
			list = append(list, s.shifted(weights, other, -by))
		}
	}
	return list
}

// offsets are the places from 1 to the middle of values at which a sequence of
// the same length may begin again: where its first values stand.
func offsets(sequence, values []float32) []int {
	head := sequence[:min(len(sequence), 8)]
	var list []int
	for by := 1; by <= len(values)/2; by++ {
		if equalRuns(head, values[by:]) {
			list = append(list, by)
		}
		if len(list) == mostOffsets {
			break
		}
	}
	return list
}

// shifted has the reference's weights moved, and at the end that is left the
// other's.
func (s *suspect) shifted(weights, other *ir.Tensor, by int) mistake {
	moved := ir.NewTensor(weights.Shape...)
	copy(moved.Data, other.Data)
	if by > 0 {
		copy(moved.Data[by:], weights.Data)
	} else {
		copy(moved.Data, weights.Data[-by:])
	}
	return s.reweighed("WEIGHTS_SHIFTED", fmt.Sprintf("the other's weights are the reference's, shifted by %d values", by), moved)
}

// equalRuns reports whether b begins with a.
func equalRuns(a, b []float32) bool {
	if len(b) < len(a) {
		return false
	}
	for i, v := range a {
		if v != b[i] {
			return false
		}
	}
	return true
}

// mostChannels is the largest number of channels of an image.
const mostChannels = 4

// inputMean fits a constant per channel that the other subtracts from the input
// on top of what the reference does, or adds: with the sums S[o][c] of the
// filters, output channel o moves by -sum over c of S[o][c]*m[c] where nothing
// is padded.
func inputMean(s *suspect) []mistake {
	weights, bias, ok := s.linear()
	o, filters := s.node.Op.(*ir.Conv)
	if !ok || !s.first || !filters || o.Group != 1 || weights.Shape[1] > mostChannels || o.OutChannels <= weights.Shape[1] || len(s.exact.Shape) != 4 {
		return nil
	}
	channels, plane := weights.Shape[1], weights.Shape[2:].Elements()
	sums := make([][]float64, o.OutChannels)
	for out := range sums {
		sums[out] = make([]float64, channels)
		for c := range channels {
			for _, v := range weights.Data[(out*channels+c)*plane:][:plane] {
				sums[out][c] += float64(v)
			}
		}
	}
	mean := leastSquares(sums, s.shifts(o.OutChannels))
	if mean == nil {
		return nil
	}
	c := *o
	c.Bias = true
	moved := ir.NewTensor(o.OutChannels)
	for out := range moved.Data {
		shift := 0.0
		for c, m := range mean {
			shift += sums[out][c] * m
		}
		if bias != nil {
			shift += float64(bias.Data[out])
		}
		moved.Data[out] = float32(shift)
	}
	scalar := true
	var text []string
	for _, m := range mean {
		scalar = scalar && math.Abs(m-mean[0]) <= 1e-3*math.Abs(mean[0])
		text = append(text, fmt.Sprintf("%.4g", -m))
	}
	kind := "a value per channel"
	if scalar {
		kind = "one value for all channels"
	}
	evidence := fmt.Sprintf("the other subtracts %s more than the reference from the input, %v", kind, text)
	return []mistake{{code: "MEAN_KIND", evidence: evidence, op: &c, params: []*ir.Tensor{weights, moved}, fitted: true}}
}

// shifts is by how much each output channel lies above the exact one at the
// centre of the first image, where padding reaches last.
func (s *suspect) shifts(channels int) []float64 {
	plane := s.exact.Shape[2:].Elements()
	centre := s.exact.Shape[2]/2*s.exact.Shape[3] + s.exact.Shape[3]/2
	shifts := make([]float64, channels)
	for c := range shifts {
		at := c*plane + centre
		shifts[c] = float64(s.subject.Data[at]) - float64(s.exact.Data[at])
	}
	return shifts
}

// leastSquares solves a*x = b for a few unknowns by the normal equations; nil if
// they are singular.
func leastSquares(a [][]float64, b []float64) []float64 {
	n := len(a[0])
	m := make([][]float64, n) // augmented
	for i := range m {
		m[i] = make([]float64, n+1)
		for row := range a {
			for j := range n {
				m[i][j] += a[row][i] * a[row][j]
			}
			m[i][n] += a[row][i] * b[row]
		}
	}
	for i := range n {
		pivot := i
		for r := i + 1; r < n; r++ {
			if math.Abs(m[r][i]) > math.Abs(m[pivot][i]) {
				pivot = r
			}
		}
		m[i], m[pivot] = m[pivot], m[i]
		if !(math.Abs(m[i][i]) > 0) {
			return nil
		}
		for r := range n {
			if r == i {
				continue
			}
			f := m[r][i] / m[i][i]
			for j := i; j <= n; j++ {
				m[r][j] -= f * m[i][j]
			}
		}
	}
	x := make([]float64, n)
	for i := range x {
		if x[i] = m[i][n] / m[i][i]; math.IsNaN(x[i]) || math.IsInf(x[i], 0) {
			return nil
		}
	}
	return x
}
