package kernel

// A dotTile computes the products of some rows with some vectors. It equals,
// with strides in bytes and n in vectors of the tier's width,
//
//	for v := range vectors {
//		for r := range rows {
//			dst[v*rows+r] = sum over i of w[r*wStride + i] * x[v*xStride + i]
//		}
//	}
type dotTile func(dst, w, x *float32, n, wStride, xStride int)

// dotKernels are the tiles of a tier: one[i] and four[i] multiply one and four
// rows with i+1 vectors.
type dotKernels struct {
	width     int
	one, four []dotTile
}

// FullyConnected computes dst[b*dstStride+r] = bias[r] + sum over i of
// weights[r*n+i]*x[b*n+i] for every row r and b below batch, the rows being
// len(weights)/n. The bias may be nil. With relu, negative results become 0.
func FullyConnected(dst []float32, dstStride int, weights, bias, x []float32, n, batch int, relu bool) {
	if n == 0 || batch == 0 {
		panic("kernel: matrix product without extent")
	}
	rows := len(weights) / n
	_, _ = x[:batch*n], dst[:(batch-1)*dstStride+rows]
	k := &active.dot
	whole := n - n%k.width
	for r := 0; r < rows; {
		height, tiles := 4, k.four
		if rows-r < 4 {
			height, tiles = 1, k.one
		}
		w := weights[r*n : (r+height)*n]
		for b := 0; b < batch; {
			left := (batch - b + len(tiles) - 1) / len(tiles)
			count := (batch - b + left - 1) / left
			var sums [4 * 8]float32
			if whole > 0 {
				tiles[count-1](&sums[0], &w[0], &x[b*n], whole/k.width, 4*n, 4*n)
			}
			for v := range count {
				to := dst[(b+v)*dstStride+r:][:height]
				vector := x[(b+v)*n:][:n]
				for i := range to {
					sum := sums[v*height+i]
					for j := whole; j < n; j++ {
						sum += w[i*n+j] * vector[j]
					}
					if bias != nil {
						sum += bias[r+i]
					}
					if relu {
						sum = rectify(sum, 0)
					}
					to[i] = sum
				}
			}
			b += count
		}
		r += height
	}
}
