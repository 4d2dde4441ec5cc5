package kernel

// A combineKernel computes linear combinations of 4 or 6 rows. It equals, with
// strides in bytes and channels in vectors of the tier's width,
//
//	for r := range rows {
//		for c := range channels {
//			dst[r*dstStride + c] = sum over i of matrix[r*inputs + i] * src[i*srcStride + c]
//		}
//	}
type combineKernel func(dst, src, matrix *float32, rows, dstStride, srcStride, channels int)

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

	input, output []float32 // B' (t x t) and A' (m x t)
	filter        []float64 // G (t x r)
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
		input: make([]float32, t*t), output: make([]float32, m*t), filter: make([]float64, t*r),
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
				w.filter[j*r+k] = power / difference
			}
			if k < m {
				w.output[k*t+j] = float32(power)
			}
			power *= x
		}
		for k, c := range others {
			w.input[j*t+k] = float32(c)
		}
	}
	all := []float64{1}
	for _, root := range points {
		all = multiplyByRoot(all, root)
	}
	for k, c := range all {
		w.input[(t-1)*t+k] = float32(c)
	}
	w.filter[t*r-1], w.output[m*t-1] = 1, 1
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

// combine applies a matrix of some rows to Tile rows of channels.
func (w *Winograd) combine(dst, src, matrix []float32, rows, dstStride, srcStride, channels int) {
	_, _ = dst[:(rows-1)*dstStride+channels], src[:(w.Tile-1)*srcStride+channels]
	kernel := active.combine4
	if w.Tile == 6 {
		kernel = active.combine6
	}
	whole := channels / active.width
	if whole > 0 {
		kernel(&dst[0], &src[0], &matrix[0], rows, 4*dstStride, 4*srcStride, whole)
	}
	if c := whole * active.width; c < channels {
		combineGeneric(&dst[c], &src[c], &matrix[0], rows, w.Tile, 4*dstStride, 4*srcStride, channels-c)
	}
}

// InputScratch is the number of floats that [Winograd.Input] needs as scratch.
func (w *Winograd) InputScratch(channels int) int { return w.Tile * w.Tile * channels }

// Input transforms one tile, whose rows of pixels are rowStride apart and whose
// pixels, of consecutive channels, are columnStride apart. Element i of the
// result goes to dst[i*dstStride:].
func (w *Winograd) Input(dst []float32, dstStride int, src []float32, rowStride, columnStride, channels int, scratch []float32) {
	t := w.Tile
	row := t * channels
	if columnStride == channels {
		w.combine(scratch, src, w.input, t, row, rowStride, row)
	} else {
		for j := range t {
			w.combine(scratch[j*channels:], src[j*columnStride:], w.input, t, row, rowStride, channels)
		}
	}
	for i := range t {
		w.combine(dst[i*t*dstStride:], scratch[i*row:], w.input, t, dstStride, channels, channels)
	}
}

// OutputScratch is the number of floats that [Winograd.Output] needs as
// scratch.
func (w *Winograd) OutputScratch(run int) int { return w.Tile * w.Outputs * run }

// Output transforms the products of some tiles back. Element i of all tiles and
// channels is the run of floats at src[i*run:]; the outputs at row y and column
// x of the tiles go to the run at dst[(y*Outputs+x)*run:].
func (w *Winograd) Output(dst, src []float32, run int, scratch []float32) {
	t, m := w.Tile, w.Outputs
	for j := range t {
		w.combine(scratch[j*run:], src[j*run:], w.output, m, t*run, t*run, run)
	}
	for y := range m {
		w.combine(dst[y*m*run:], scratch[y*t*run:], w.output, m, run, run, run)
	}
}

// WinogradFilters are the transformed weights of one group.
type WinogradFilters struct {
	*Winograd
	elements []*Filters // by element of the tile, as 1x1 filters
}

// NewWinogradFilters prepares filters, which then need memory and contents as
// [NewFilters] describes. The shape's height and width are the algorithm's
// Kernel.
func NewWinogradFilters(w *Winograd, shape FilterShape) *WinogradFilters {
	f := &WinogradFilters{Winograd: w}
	for range w.Tile * w.Tile {
		f.elements = append(f.elements, NewFilters(FilterShape{Outputs: shape.Outputs, Inputs: shape.Inputs, Height: 1, Width: 1}, true))
	}
	return f
}

// Element is the matrix by which element i of every transformed tile is to be
// multiplied.
func (f *WinogradFilters) Element(i int) *Filters { return f.elements[i] }

// Panels is the number of panels of every element.
func (f *WinogradFilters) Panels() int { return f.elements[0].Panels() }

// Floats is the size of the transformed weights.
func (f *WinogradFilters) Floats() int {
	return len(f.elements) * f.elements[0].Floats()
}

// Place gives the filters their memory, as [Filters.Place] does. The elements
// of one panel lie one behind the other.
func (f *WinogradFilters) Place(zeros []float32) []float32 {
	panel := f.elements[0].panelStride
	for i, e := range f.elements {
		e.panelStride = panel * len(f.elements)
		e.weights = zeros[i*panel:]
	}
	return zeros[f.Floats():]
}

// Pack transforms the OIHW weights of one panel. Panels may be packed
// concurrently.
func (f *WinogradFilters) Pack(panel int, weights []float32) {
	t, r := f.Tile, f.Kernel
	first := f.elements[0]
	columns, inputs := first.Columns(), first.Inputs
	half, full := make([]float64, t*r), make([]float64, t*t)
	for c := range min(columns, first.Outputs-panel*columns) {
		for i := range inputs {
			g := weights[((panel*columns+c)*inputs+i)*r*r:][:r*r]
			for row := range t {
				for k := range r {
					sum := 0.0
					for j := range r {
						sum += f.filter[row*r+j] * float64(g[j*r+k])
					}
					half[row*r+k] = sum
				}
			}
			for row := range t {
				for column := range t {
					sum := 0.0
					for k := range r {
						sum += half[row*r+k] * f.filter[column*r+k]
					}
					full[row*t+column] = sum
				}
			}
			for e, v := range full {
				f.elements[e].weights[panel*f.elements[e].panelStride+i*columns+c] = float32(v)
			}
		}
	}
}
