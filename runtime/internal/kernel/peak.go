package kernel

// A peakKernel performs n rounds of independent multiplications and additions
// on registers; operations is the number of both in a round.
type peakKernel struct {
	run        func(n int)
	operations int
}

// peakRounds keeps a call of a peak kernel short, because assembly cannot be
// preempted.
const peakRounds = 1000

// Saturate performs arithmetic on registers as fast as the CPU can in the
// active tier, for some microseconds, and returns the number of
// floating point operations.
func Saturate() int {
	active.peak.run(peakRounds)
	return peakRounds * active.peak.operations
}
