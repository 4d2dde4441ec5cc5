package kernel

//go:noescape
func peakNEON(n int)
