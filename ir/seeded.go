package ir

import "hash/fnv"

// Seeded fills a tensor with reproducible pseudo-random values in
// [-bound, bound), a function of name, seed and index alone: element i (from
// 0) is the SplitMix64 output for state h + (i+1)*0x9E3779B97F4A7C15, h being
// FNV-1a-64(name) xor seed, whose top 24 bits are mapped to [-1, 1) exactly
// and then multiplied by bound in float32.
func Seeded(name string, seed uint64, bound float32, shape ...int) *Tensor {
	hash := fnv.New64a()
	hash.Write([]byte(name))
	h := hash.Sum64() ^ seed
	t := NewTensor(shape...)
	for i := range t.Data {
		x := h + (uint64(i)+1)*0x9E3779B97F4A7C15
		x = (x ^ x>>30) * 0xBF58476D1CE4E5B9
		x = (x ^ x>>27) * 0x94D049BB133111EB
		x ^= x >> 31
		u := float32(x>>40)*0x1p-23 - 1
		t.Data[i] = u * bound
	}
	return t
}
