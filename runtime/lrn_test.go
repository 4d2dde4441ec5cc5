package runtime

import (
	"math"
	"testing"

	"github.com/alexconv/alexconv/ir"
)

func TestLRN(t *testing.T) {
	across := tensor(ir.Shape{1, 4, 1, 1}, 1, 2, 3, 4)
	within := tensor(ir.Shape{1, 1, 2, 3}, 1, 2, 3, 4, 5, 6)
	cases := []struct {
		name string
		op   ir.LRN
		in   *ir.Tensor
		want []float64
	}{
		{"across", ir.LRN{Size: 3, C: 0.5, Beta: 1, K: 1}, across, []float64{1 / 3.5, 2. / 8, 3 / 15.5, 4 / 13.5}},
		{"even size looks further on", ir.LRN{Size: 2, C: 1, Beta: 1, K: 1}, across, []float64{1. / 6, 2. / 14, 3. / 26, 4. / 17}},
		{"wider than the channels", ir.LRN{Size: 99, C: 1, Beta: 1, K: 0}, across, []float64{1. / 30, 2. / 30, 3. / 30, 4. / 30}},
		{"size 1", ir.LRN{Size: 1, C: 1, Beta: 1, K: 2}, across, []float64{1. / 3, 2. / 6, 3. / 11, 4. / 18}},
		{"AlexNet", ir.LRN{Size: 5, C: 2e-5, Beta: 0.75, K: 1}, across, []float64{
			1 * math.Pow(1+2e-5*14, -.75), 2 * math.Pow(1+2e-5*30, -.75), 3 * math.Pow(1+2e-5*30, -.75), 4 * math.Pow(1+2e-5*29, -.75)}},
		{"in place", ir.LRN{Size: 1, C: 1, Beta: 0.5, K: 1, InPlace: true}, across, []float64{1. / 2, 1. / 5, 1. / 10, 1. / 17}},
		{"within", ir.LRN{Region: ir.Within, Size: 3, C: 1, Beta: 1, K: 1}, within, []float64{1. / 47, 2. / 92, 3. / 75, 4. / 47, 5. / 92, 6. / 75}},
		{"within, in place", ir.LRN{Region: ir.Within, Size: 1, C: 1, Beta: 1, K: 1, InPlace: true}, within, []float64{1. / 2, 2. / 5, 3. / 10, 4. / 17, 5. / 26, 6. / 37}},
		{"within does not cross channels", ir.LRN{Region: ir.Within, Size: 3, C: 1, Beta: 1, K: 1}, across, []float64{1. / 2, 2. / 5, 3. / 10, 4. / 17}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			want := ir.NewTensor(c.in.Shape...)
			for i, v := range c.want {
				want.Data[i] = float32(v)
			}
			check(t, apply(t, &c.op, nil, c.in)[0], want)
		})
	}
}
