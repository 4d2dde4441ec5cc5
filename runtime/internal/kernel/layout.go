package kernel

// Plane places one image of height x width pixels in a buffer: row y and column
// x of channel c is at y*Row + x*Column + c*Channel.
type Plane struct{ Row, Column, Channel int }

// Copy copies channels x height x width elements from one placement to another.
// Buffers do not overlap.
func Copy(dst []float32, to Plane, src []float32, from Plane, channels, height, width int) {
	if channels == 0 || height == 0 || width == 0 {
		return
	}
	_ = dst[(height-1)*to.Row+(width-1)*to.Column+(channels-1)*to.Channel]
	_ = src[(height-1)*from.Row+(width-1)*from.Column+(channels-1)*from.Channel]
	switch {
	case to.Column == 1 && from.Column == 1:
		for c := range channels {
			for y := range height {
				copy(dst[y*to.Row+c*to.Channel:][:width], src[y*from.Row+c*from.Channel:])
			}
		}
	case to.Channel == 1 && from.Channel == 1:
		for y := range height {
			for x := range width {
				copy(dst[y*to.Row+x*to.Column:][:channels], src[y*from.Row+x*from.Column:])
			}
		}
	default:
		for y := range height {
			transpose(dst[y*to.Row:], to, src[y*from.Row:], from, channels, width)
		}
	}
}

// transposeBlock is the edge of the squares in which a transposition proceeds,
// so that both sides stay in cache.
const transposeBlock = 16

// transpose copies one row of pixels between placements in which columns and
// channels have changed their order.
func transpose(dst []float32, to Plane, src []float32, from Plane, channels, width int) {
	for c0 := 0; c0 < channels; c0 += transposeBlock {
		c1 := min(c0+transposeBlock, channels)
		for x0 := 0; x0 < width; x0 += transposeBlock {
			x1 := min(x0+transposeBlock, width)
			for x := x0; x < x1; x++ {
				t, f := x*to.Column+c0*to.Channel, x*from.Column+c0*from.Channel
				for c := c0; c < c1; c++ {
					dst[t] = src[f]
					t += to.Channel
					f += from.Channel
				}
			}
		}
	}
}
