package kernel

import "runtime"

// peakGeneric performs four multiplications and four additions a round.
func peakGeneric(n int) {
	var a, b, c, d float32
	x := float32(n)
	for range n {
		a += x * x
		b += x * x
		c += x * x
		d += x * x
	}
	runtime.KeepAlive(a + b + c + d)
}
