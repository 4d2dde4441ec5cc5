package kernel

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// Variable is the environment variable that names the tier to use.
const Variable = "ALEXCONV_CPU"

// table is what a tier computes with.
type table struct {
	tier string
	// width is the number of floats that every kernel but conv and dot takes
	// at a time: channel counts are in multiples of it.
	width int

	conv      convKernels
	dot       dotKernels
	depthwise []depthwiseTile

	rectify           rectifyKernel
	add               addKernel
	multiply, maximum binaryKernel
	affine            affineKernel

	maxPool, averagePool poolKernel

	lrnSquare       lrnSquareKernel
	lrnScale, lrn75 lrnKernel

	winograd winogradKernels

	peak peakKernel
}

var generic = table{
	tier:        "generic",
	width:       1,
	conv:        convKernels{columns: 4, tiles: []convTile{conv1Generic, conv2Generic}},
	dot:         dotKernels{width: 1, one: []dotTile{dot1x1Generic}, four: []dotTile{dot4x1Generic}},
	depthwise:   []depthwiseTile{depthwiseGeneric},
	rectify:     rectifyGeneric,
	add:         addGeneric,
	multiply:    multiplyGeneric,
	maximum:     maximumGeneric,
	affine:      affineGeneric,
	maxPool:     maxPoolGeneric,
	averagePool: averagePoolGeneric,
	lrnSquare:   lrnSquareGeneric,
	lrnScale:    lrnScaleGeneric,
	lrn75:       lrn75Generic,
	winograd:    winogradKernels{winogradInputGeneric, winogradOutputGeneric, combine6Generic},
	peak:        peakKernel{run: peakGeneric, operations: 8},
}

var (
	tables             = append([]table{generic}, architectureTables()...)
	active, startupErr = choose(os.Getenv(Variable))
)

// choose finds the table of the named tier, and the best one for an empty name
// or beside an error.
func choose(name string) (table, error) {
	best := tables[len(tables)-1]
	if name == "" {
		return best, nil
	}
	i := slices.IndexFunc(tables, func(t table) bool { return t.tier == name })
	if i < 0 {
		return best, fmt.Errorf("%s=%q: this CPU has the tiers %s", Variable, name, strings.Join(Tiers(), ", "))
	}
	return tables[i], nil
}

// Check is the error of an ALEXCONV_CPU that names a tier which does not exist
// or which this CPU lacks.
func Check() error { return startupErr }

// Tier is the name of the active tier: generic, avx2, avx512 or neon.
func Tier() string { return active.tier }

// Tiers lists the tiers that this CPU has, slowest first.
func Tiers() []string {
	var names []string
	for _, t := range tables {
		names = append(names, t.tier)
	}
	return names
}

// Force makes the named tier active and returns what undoes it. It is meant for
// tests: it must not run at the same time as anything else of this package.
func Force(name string) (undo func(), err error) {
	t, err := choose(name)
	if err != nil {
		return nil, err
	}
	before := active
	active = t
	return func() { active = before }, nil
}
