package main

import (
	"fmt"
	"strings"
)

// neonConvTiles emits the convolution tiles of 1 to 6 pixels by 16 channels:
// up to 24 accumulators, four registers of weights, four of broadcast inputs.
func neonConvTiles(n *neon) {
	for rows := 1; rows <= 6; rows++ {
		neonConvTile(n, rows)
	}
}

func neonConvTile(n *neon, rows int) {
	const weights, pixels = 24, 28
	n.text(fmt.Sprintf("conv%dNEON", rows), 152)
	n.op("MOVD count+112(FP), R14")
	n.label("tile")
	n.op("MOVD bias+16(FP), R0")
	n.op("VLD1 (R0), [V0.S4, V1.S4, V2.S4, V3.S4]")
	for v := 4; v < 4*rows; v++ {
		n.move(v%4, v)
	}
	n.op("MOVD w+8(FP), R0")
	n.op("MOVD src+24(FP), R1")
	n.op("MOVD offsets+32(FP), R2")
	n.op("MOVD outer+40(FP), R3")
	n.op("MOVD pixelStride+56(FP), R5")
	n.loop("outer", 3, func() {
		n.op("MOVD.P 8(R2), R8")
		n.op("ADD R1, R8, R8")
		for row := 1; row < rows; row++ {
			n.op("ADD R5, R%d, R%d", 7+row, 8+row)
		}
		n.op("MOVD inner+48(FP), R4")
		n.loop("inner", 4, func() {
			n.op("VLD1.P 64(R0), [%s]", registers(weights, 4))
			for row := range rows {
				n.op("VLD1R.P 4(R%d), [V%d.S4]", 8+row, pixels+row%4)
				for v := range 4 {
					n.fma(weights+v, pixels+row%4, 4*row+v)
				}
			}
		})
	})
	n.op("MOVD constants+72(FP), R4")
	n.op("CBZ R4, add")
	n.op("MOVD constantStride+80(FP), R5")
	for v := range 4 {
		n.op("MOVD R4, R6")
		for i := range 4 {
			n.op("VLD1 (R6), [V%d.S4]", weights+i)
			n.op("ADD R5, R6, R6")
		}
		for row := range rows {
			n.affine(4*row+v, weights, pixels)
		}
		n.op("ADD $16, R4, R4")
	}
	n.label("add")
	n.op("MOVD other+88(FP), R4")
	n.op("CBZ R4, relu")
	n.op("MOVD otherStride+96(FP), R5")
	for row := range rows {
		n.op("VLD1 (R4), [%s]", registers(weights, 4))
		for v := range 4 {
			n.add(4*row+v, weights+v, 4*row+v)
		}
		n.op("ADD R5, R4, R4")
	}
	n.op("MOVD R4, other+88(FP)")
	n.label("relu")
	n.op("MOVD relu+104(FP), R4")
	n.op("CBZ R4, store")
	n.zero(weights)
	for v := range 4 * rows {
		n.rectify(v, weights, weights+1)
	}
	n.label("store")
	n.op("MOVD dst+0(FP), R0")
	n.op("MOVD dstStride+64(FP), R1")
	for row := range rows {
		n.op("VST1 [%s], (R0)", registers(4*row, 4))
		n.op("ADD R1, R0, R0")
	}
	n.op("MOVD src+24(FP), R2")
	n.op("MOVD pixelStride+56(FP), R1")
	for range rows {
		n.op("ADD R1, R2, R2")
	}
	n.op("SUBS $1, R14, R14")
	n.op("BNE next")
	// Behind the last tile of a row.
	n.op("MOVD count+112(FP), R14")
	n.op("MOVD srcSkip+128(FP), R1")
	n.op("ADD R1, R2, R2")
	n.op("MOVD dstSkip+136(FP), R1")
	n.op("ADD R1, R0, R0")
	n.op("MOVD other+88(FP), R3")
	n.op("MOVD otherSkip+144(FP), R1")
	n.op("ADD R1, R3, R3")
	n.op("MOVD R3, other+88(FP)")
	n.op("MOVD rows+120(FP), R3")
	n.op("SUBS $1, R3, R3")
	n.op("BEQ end")
	n.op("MOVD R3, rows+120(FP)")
	n.label("next")
	n.op("MOVD R2, src+24(FP)")
	n.op("MOVD R0, dst+0(FP)")
	n.op("JMP tile")
	n.label("end")
	n.op("RET")
}

// registers lists count vector registers from first on.
func registers(first, count int) string {
	var list []string
	for i := range count {
		list = append(list, fmt.Sprintf("V%d.S4", first+i))
	}
	return strings.Join(list, ", ")
}
