package main

import "fmt"

// The kernels that go over channels, four at a time; parameter i, counted in
// words of 8 bytes, is kept in Ri.

func neonDepthwise(n *neon) {
	for pixels := 1; pixels <= depthwisePixels; pixels++ {
		neonDepthwiseTile(n, pixels)
	}
}

// neonDepthwiseTile keeps the pixels' sums from V16 on.
func neonDepthwiseTile(n *neon, pixels int) {
	n.text(fmt.Sprintf("depthwise%dNEON", pixels), 120)
	n.params(0, "dst", "w", "bias", "src", "offsets", "rows", "columns", "columnStride", "wStride", "channels", "pixelStride", "dstStride")
	n.zero(2)
	n.loop("channel", 9, func() {
		n.op("VLD1.P 16(R2), [V16.S4]")
		for p := 1; p < pixels; p++ {
			n.move(16, 16+p)
		}
		n.op("MOVD R1, R12")
		n.op("MOVD R4, R13")
		n.op("MOVD rows+40(FP), R5")
		n.loop("row", 5, func() {
			n.op("MOVD.P 8(R13), R15")
			n.op("ADD R3, R15, R15")
			n.op("MOVD columns+48(FP), R6")
			n.loop("column", 6, func() {
				n.op("MOVD R15, R14")
				n.op("VLD1 (R12), [V1.S4]")
				for p := range pixels {
					n.op("VLD1 (R14), [V0.S4]")
					n.fma(1, 0, 16+p)
					n.op("ADD R10, R14, R14")
				}
				n.op("ADD R7, R15, R15")
				n.op("ADD R8, R12, R12")
			})
		})
		n.op("MOVD constants+96(FP), R14")
		n.op("CBZ R14, relu")
		n.op("MOVD constantStride+104(FP), R15")
		n.op("ADD $16, R14, R12")
		n.op("MOVD R12, constants+96(FP)")
		for i := range 4 {
			n.op("VLD1 (R14), [V%d.S4]", 4+i)
			n.op("ADD R15, R14, R14")
		}
		for p := range pixels {
			n.affine(16+p, 4, 3)
		}
		n.label("relu")
		n.op("MOVD relu+112(FP), R14")
		n.op("CBZ R14, store")
		for p := range pixels {
			n.rectify(16+p, 2, 1)
		}
		n.label("store")
		n.op("MOVD R0, R14")
		for p := range pixels {
			n.op("VST1 [V%d.S4], (R14)", 16+p)
			n.op("ADD R11, R14, R14")
		}
		for _, r := range []int{0, 1, 3} {
			n.op("ADD $16, R%d, R%d", r, r)
		}
	})
	n.op("RET")
}

func neonElementwise(n *neon) {
	n.text("rectifyNEON", 40)
	n.params(0, "dst", "src", "slope", "slopeStep", "channels")
	n.zero(1)
	n.loop("channel", 4, func() {
		n.op("VLD1.P 16(R1), [V0.S4]")
		n.op("VLD1 (R2), [V3.S4]")
		n.min(0, 1, 2)
		n.max(0, 1, 0)
		n.fma(2, 3, 0)
		n.op("VST1.P [V0.S4], 16(R0)")
		n.op("ADD R3, R2, R2")
	})
	n.op("RET")
	n.text("addNEON", 72)
	n.params(0, "dst", "a", "b", "channels", "pixels", "dstStride", "aStride", "bStride", "relu")
	n.zero(1)
	n.loop("pixel", 4, func() {
		n.op("MOVD R0, R9")
		n.op("MOVD R1, R10")
		n.op("MOVD R2, R11")
		n.op("MOVD R3, R12")
		n.loop("channel", 12, func() {
			n.op("VLD1.P 16(R10), [V0.S4]")
			n.op("VLD1.P 16(R11), [V2.S4]")
			n.add(0, 2, 0)
			n.op("CBZ R8, store")
			n.rectify(0, 1, 2)
			n.label("store")
			n.op("VST1.P [V0.S4], 16(R9)")
		})
		for i := range 3 {
			n.op("ADD R%d, R%d, R%d", 5+i, i, i)
		}
	})
	n.op("RET")
	neonBinary(n, "multiplyNEON", func() { n.mul(0, 1, 0) })
	neonBinary(n, "maximumNEON", func() {
		n.greater(0, 1, 2)
		n.selectBits(0, 1, 2)
		n.move(2, 0)
	})
	n.text("affineNEON", 72)
	n.params(0, "dst", "src", "constants", "constantStride", "channels", "pixels", "dstStride", "srcStride", "relu")
	n.zero(5)
	n.loop("channel", 4, func() {
		n.op("MOVD R2, R9")
		for i := range 4 {
			n.op("VLD1 (R9), [V%d.S4]", i)
			n.op("ADD R3, R9, R9")
		}
		n.op("MOVD R0, R10")
		n.op("MOVD R1, R11")
		n.op("MOVD R5, R12")
		n.loop("pixel", 12, func() {
			n.op("VLD1 (R11), [V4.S4]")
			n.affine(4, 0, 6)
			n.op("CBZ R8, store")
			n.rectify(4, 5, 6)
			n.label("store")
			n.op("VST1 [V4.S4], (R10)")
			n.op("ADD R6, R10, R10")
			n.op("ADD R7, R11, R11")
		})
		for _, r := range []int{0, 1, 2} {
			n.op("ADD $16, R%d, R%d", r, r)
		}
	})
	n.op("RET")
}

// neonBinary computes V0 of V0 and V1.
func neonBinary(n *neon, name string, op func()) {
	n.text(name, 32)
	n.params(0, "dst", "a", "b", "channels")
	n.loop("channel", 3, func() {
		n.op("VLD1.P 16(R1), [V0.S4]")
		n.op("VLD1.P 16(R2), [V1.S4]")
		op()
		n.op("VST1.P [V0.S4], 16(R0)")
	})
	n.op("RET")
}

func neonPools(n *neon) {
	neonPool(n, "maxPoolNEON", "initial", func() { n.move(0, 1) }, func() { n.maxNumber(2, 1, 1) }, func() {})
	neonPool(n, "averagePoolNEON", "divisor", func() { n.zero(1) }, func() { n.add(1, 2, 1) }, func() { n.div(1, 0, 1) })
}

// neonPool is poolPixel for NEON: the scalar is in V0, the accumulator in V1,
// the next element in V2.
func neonPool(n *neon, name, scalar string, begins, extends, finishes func()) {
	n.text(name, 60)
	n.params(0, "dst", "src", "rows", "columns", "rowStride", "columnStride", "channels")
	n.broadcastParam(scalar, 56, 0)
	n.loop("channel", 6, func() {
		begins()
		n.op("MOVD R2, R7")
		n.op("MOVD R1, R8")
		n.loop("row", 7, func() {
			n.op("MOVD R8, R9")
			n.op("MOVD R3, R10")
			n.loop("column", 10, func() {
				n.op("VLD1 (R9), [V2.S4]")
				extends()
				n.op("ADD R5, R9, R9")
			})
			n.op("ADD R4, R8, R8")
		})
		finishes()
		n.op("VST1.P [V1.S4], 16(R0)")
		n.op("ADD $16, R1, R1")
	})
	n.op("RET")
}

func neonLRN(n *neon) {
	n.text("lrnSquareNEON", 48)
	n.params(0, "dst", "src", "pixels", "channels", "dstStride", "srcStride")
	n.loop("pixel", 2, func() {
		n.op("MOVD R0, R6")
		n.op("MOVD R1, R7")
		n.op("MOVD R3, R8")
		n.loop("channel", 8, func() {
			n.op("VLD1.P 16(R7), [V0.S4]")
			n.mul(0, 0, 0)
			n.op("VST1.P [V0.S4], 16(R6)")
		})
		n.op("ADD R4, R0, R0")
		n.op("ADD R5, R1, R1")
	})
	n.op("RET")
	neonNormalise(n, "lrnScaleNEON", false)
	neonNormalise(n, "lrn75NEON", true)
}

func neonNormalise(n *neon, name string, power bool) {
	n.text(name, 80)
	n.params(0, "dst", "x", "squares", "pixels", "channels", "dstStride", "xStride", "squareStride", "window")
	n.broadcastParam("k", 72, 0)
	n.broadcastParam("c", 76, 1)
	n.loop("pixel", 3, func() {
		n.op("MOVD R0, R9")
		n.op("MOVD R1, R10")
		n.op("MOVD R2, R11")
		n.op("MOVD R4, R12")
		n.loop("channel", 12, func() {
			n.zero(2)
			n.op("MOVD R11, R13")
			n.op("MOVD R8, R14")
			n.loop("window", 14, func() {
				n.op("VLD1 (R13), [V3.S4]")
				n.add(2, 3, 2)
				n.op("ADD $4, R13, R13")
			})
			n.move(0, 4)
			n.fma(1, 2, 4)
			if power {
				n.sqrt(4, 2)
				n.sqrt(2, 3)
				n.mul(2, 3, 2)
				n.op("VLD1.P 16(R10), [V3.S4]")
				n.div(3, 2, 4)
			}
			n.op("VST1.P [V4.S4], 16(R9)")
			n.op("ADD $16, R11, R11")
		})
		n.op("ADD R5, R0, R0")
		n.op("ADD R6, R1, R1")
		n.op("ADD R7, R2, R2")
	})
	n.op("RET")
}

func neonPeak(n *neon) {
	n.text("peakNEON", 8)
	for v := range 32 {
		n.zero(v)
	}
	n.params(0, "n")
	n.loop("loop", 0, func() {
		for v := range 31 {
			n.fma(31, 31, v)
		}
	})
	n.op("RET")
}
