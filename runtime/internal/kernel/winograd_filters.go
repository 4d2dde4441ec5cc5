package kernel

// WinogradFilters are the transformed weights of one group.
type WinogradFilters struct {
	*Winograd
	count    int        // of outputs
	elements []*Filters // by element of the tile, as 1x1 filters whose panels are all full
}

// NewWinogradFilters prepares filters, which then need memory and contents as
// [NewFilters] describes. The shape's height and width are the algorithm's
// Kernel.
func NewWinogradFilters(w *Winograd, shape FilterShape) *WinogradFilters {
	f := &WinogradFilters{Winograd: w, count: shape.Outputs}
	columns := active.conv.columns
	full := (shape.Outputs + columns - 1) / columns * columns
	for range w.Tile * w.Tile {
		f.elements = append(f.elements, NewFilters(FilterShape{Outputs: full, Inputs: shape.Inputs, Height: 1, Width: 1}, true))
	}
	return f
}

// Element is the matrix by which element i of every transformed tile is to be
// multiplied. It has zeros for the outputs by which the last panel is not full.
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
	for c := range min(columns, f.count-panel*columns) {
		for i := range inputs {
			g := weights[((panel*columns+c)*inputs+i)*r*r:][:r*r]
			for row := range t {
				for k := range r {
					sum := 0.0
					for j := range r {
						sum += f.filters[row*r+j] * float64(g[j*r+k])
					}
					half[row*r+k] = sum
				}
			}
			for row := range t {
				for column := range t {
					sum := 0.0
					for k := range r {
						sum += half[row*r+k] * f.filters[column*r+k]
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
