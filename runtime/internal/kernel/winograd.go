package kernel

// Winograd is a minimal filtering algorithm F(m x m, r x r): m x m outputs of a
// convolution with r x r kernels of stride 1 from t x t = (m+r-1) x (m+r-1)
// inputs d by
//
//	Y = A' [(G g G') * (B' d B)] A
//
// with * element by element (Winograd 1980; Lavin and Gray 2015,
// arXiv:1509.09308). Summed over channels, the products are t*t matrix products
// of their own, with t*t/(m*m*r*r) of the multiplications. The price is a
// larger rounding error.
type Winograd struct {
	Outputs, Kernel, Tile int // m, r and t

	inputs, outputs []float32 // B' (t x t) and A' (m x t)
	filters         []float64 // G (t x r)
}

// The algorithms, each of its points chosen so that B and A are exact and
// errors stay small.
var (
	Winograd2x3 = newWinograd(2, 3, 0, 1, -1)
	Winograd2x5 = newWinograd(2, 5, 0, 1, -1, .5, -2)
)

// newWinograd builds the matrices of Toom-Cook interpolation at the given m+r-2
// points and at infinity. Row j of G is the powers of point j over the product
// of its differences from the others, row j of B' the coefficients of the
// polynomial that has the other points for roots, column j of A' the powers of
// point j.
func newWinograd(m, r int, points ...float64) *Winograd {
	t := m + r - 1
	w := &Winograd{
		Outputs: m, Kernel: r, Tile: t,
		inputs: make([]float32, t*t), outputs: make([]float32, m*t), filters: make([]float64, t*r),
	}
	for j, x := range points {
		others, difference := []float64{1}, 1.0
		for i, root := range points {
			if i != j {
				others = multiplyByRoot(others, root)
				difference *= x - root
			}
		}
		power := 1.0
		for k := range max(m, r) {
			if k < r {
				w.filters[j*r+k] = power / difference
			}
			if k < m {
				w.outputs[k*t+j] = float32(power)
			}
			power *= x
		}
		for k, c := range others {
			w.inputs[j*t+k] = float32(c)
		}
	}
	all := []float64{1}
	for _, root := range points {
		all = multiplyByRoot(all, root)
	}
	for k, c := range all {
		w.inputs[(t-1)*t+k] = float32(c)
	}
	w.filters[t*r-1], w.outputs[m*t-1] = 1, 1
	return w
}

// multiplyByRoot multiplies a polynomial, lowest coefficient first, by
// x - root.
func multiplyByRoot(p []float64, root float64) []float64 {
	product := make([]float64, len(p)+1)
	for i, c := range p {
		product[i+1] += c
		product[i] -= root * c
	}
	return product
}
