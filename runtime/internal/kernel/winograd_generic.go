package kernel

import "unsafe"

func winogradInputGeneric(dst, src *float32, dstStride, dstTile, rowStride, columnStride, channels, tiles int) {
	var d [4][4]float32
	for t := range tiles {
		for c := range channels {
			from, to := element(src, 2*t*columnStride+4*c), element(dst, t*dstTile+4*c)
			for x := range 4 {
				at := func(y int) float32 { return load(from, y*rowStride+x*columnStride) }
				d[0][x], d[1][x], d[2][x], d[3][x] = at(2)-at(0), at(2)+at(1), at(2)-at(1), at(3)-at(1)
			}
			for y, r := range d {
				for x, v := range [4]float32{r[2] - r[0], r[2] + r[1], r[2] - r[1], r[3] - r[1]} {
					*element(to, (4*y+x)*dstStride) = v
				}
			}
		}
	}
}

func winogradOutputGeneric(dst, src, bias *float32, srcStride, srcTile, rowStride, columnStride, channels, tiles, relu int) {
	var half [4][2]float32
	for t := range tiles {
		for c := range channels {
			from, to, add := element(src, t*srcTile+4*c), element(dst, 2*t*columnStride+4*c), load(bias, 4*c)
			for y := range 4 {
				at := func(x int) float32 { return load(from, (4*y+x)*srcStride) }
				half[y] = [2]float32{at(0) + at(1) + at(2), at(1) - at(2) + at(3)}
			}
			for x := range 2 {
				for y, sum := range [2]float32{half[0][x] + half[1][x] + half[2][x], half[1][x] - half[2][x] + half[3][x]} {
					sum += add
					if relu != 0 {
						sum = rectify(sum, 0)
					}
					*element(to, y*rowStride+x*columnStride) = sum
				}
			}
		}
	}
}

func combine6Generic(dst, src, matrix *float32, rows, dstStride, srcStride, channels int) {
	const inputs = 6
	factors := unsafe.Slice(matrix, rows*inputs)
	for r := range rows {
		to := unsafe.Slice(element(dst, r*dstStride), channels)
		clear(to)
		for i, f := range factors[r*inputs : (r+1)*inputs] {
			if f == 0 {
				continue
			}
			for c, x := range unsafe.Slice(element(src, i*srcStride), channels) {
				to[c] += f * x
			}
		}
	}
}
