package kernel

import "golang.org/x/sys/cpu"

// architectureTables lists the tiers that the CPU has, slowest first.
func architectureTables() []table {
	if !cpu.X86.HasAVX2 || !cpu.X86.HasFMA {
		return nil
	}
	t := generic
	t.tier, t.width = "avx2", 8
	t.conv, t.dot = convAVX2, dotAVX2
	t.depthwise = depthwiseAVX2
	t.rectify, t.add, t.multiply, t.maximum, t.affine = rectifyAVX2, addAVX2, multiplyAVX2, maximumAVX2, affineAVX2
	t.maxPool, t.averagePool = maxPoolAVX2, averagePoolAVX2
	t.lrnSquare, t.lrnScale, t.lrn75 = lrnSquareAVX2, lrnScaleAVX2, lrn75AVX2
	t.winograd = winogradKernels{winogradInputAVX2, winogradOutputAVX2, combine6AVX2}
	t.peak = peakKernel{run: peakAVX2, operations: 2 * 15 * 8}
	list := []table{t}

	if cpu.X86.HasAVX512F && cpu.X86.HasAVX512VL && cpu.X86.HasAVX512DQ && cpu.X86.HasAVX512BW {
		t.tier, t.width = "avx512", 16
		t.conv, t.dot = convAVX512, dotAVX512
		t.depthwise = depthwiseAVX512
		t.rectify, t.add, t.multiply, t.maximum, t.affine = rectifyAVX512, addAVX512, multiplyAVX512, maximumAVX512, affineAVX512
		t.maxPool, t.averagePool = maxPoolAVX512, averagePoolAVX512
		t.lrnSquare, t.lrnScale, t.lrn75 = lrnSquareAVX512, lrnScaleAVX512, lrn75AVX512
		t.winograd = winogradKernels{winogradInputAVX512, winogradOutputAVX512, combine6AVX512}
		t.peak = peakKernel{run: peakAVX512, operations: 2 * 31 * 16}
		list = append(list, t)
	}
	return list
}
