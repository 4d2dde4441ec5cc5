package kernel

import (
	"fmt"
	"testing"
)

func TestChannelwise(t *testing.T) {
	const channels = 7
	src, subtract, multiply, add := random(channels, 1), random(channels, 2), random(channels, 3), random(channels, 4)
	dst, check := guarded(t, channels)
	Affine(dst, src, subtract, multiply, add)
	check()
	for c, x := range src {
		want := (float64(x)-float64(subtract[c]))*float64(multiply[c]) + float64(add[c])
		near(t, fmt.Sprint("affine, channel ", c), dst[c], want, 1, 3e-7)
	}
	PReLU(dst, src, multiply)
	check()
	for c, x := range src {
		want := max(float64(x), 0) + float64(multiply[c])*min(float64(x), 0)
		near(t, fmt.Sprint("PReLU, channel ", c), dst[c], want, 1, 1e-7)
	}
}
