package kernel

// architectureTables lists the tiers that the CPU has: NEON is part of every
// arm64.
func architectureTables() []table {
	t := generic
	t.tier, t.width = "neon", 4
	t.conv, t.dot = convNEON, dotNEON
	t.depthwise = depthwiseNEON
	t.rectify, t.add, t.multiply, t.maximum, t.affine = rectifyNEON, addNEON, multiplyNEON, maximumNEON, affineNEON
	t.maxPool, t.averagePool = maxPoolNEON, averagePoolNEON
	t.lrnSquare, t.lrnScale, t.lrn75 = lrnSquareNEON, lrnScaleNEON, lrn75NEON
	t.winograd = winogradKernels{winogradInputNEON, winogradOutputNEON, combine6NEON}
	t.peak = peakKernel{run: peakNEON, operations: 2 * 31 * 4}
	return []table{t}
}
