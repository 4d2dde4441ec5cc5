package strided

import "testing"

// BenchmarkPack turns AlexNet's fc6, 4096 outputs of 256 planes of 6x6, into
// TensorFlow's order and back, beside a copy.
func BenchmarkPack(b *testing.B) {
	data := make([]float32, 4096*9216)
	for i := range data {
		data[i] = float32(i)
	}
	b.Run("copy", func(b *testing.B) {
		b.SetBytes(int64(4 * len(data)))
		for b.Loop() {
			copy(allocate(len(data)), data)
		}
	})
	for _, c := range []struct {
		name string
		view View
	}{
		{"write", COrder(data, []int{4096, 9216}).Transpose().Split(0, 256, 6, 6).Permute(1, 2, 0, 3)},
		{"read", COrder(data, []int{9216, 4096}).Split(0, 6, 6, 256).Permute(3, 2, 0, 1)},
		{"matrix", COrder(data, []int{9216, 4096}).Transpose()},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(4 * len(data)))
			for b.Loop() {
				if _, err := c.view.Pack(); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(c.name+" in chunks", func(b *testing.B) {
			b.SetBytes(int64(4 * len(data)))
			for b.Loop() {
				if err := c.view.Chunks(1<<23, func([]float32) error { return nil }); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
