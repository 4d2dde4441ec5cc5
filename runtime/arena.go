package runtime

import (
	"cmp"
	"slices"
)

// region is a piece of memory that is in use from step first to step last of a
// program, both included.
type region struct {
	size        int // floats
	first, last int
	offset      int  // set by placeRegions
	slotted     bool // once in every slot
	form        *form
}

// cacheLine is the number of floats to which regions are aligned.
const cacheLine = 16

// placeRegions gives every region an offset such that regions in use at the
// same step do not overlap, and returns the number of floats that hold all of
// them. It places the largest first, each at the lowest offset that is free for
// as long as it lives.
func placeRegions(regions []*region) int {
	order := slices.Clone(regions)
	slices.SortStableFunc(order, func(a, b *region) int { return cmp.Compare(b.size, a.size) })
	var placed []*region // by offset
	total := 0
	for _, r := range order {
		offset := 0
		for _, p := range placed {
			if p.last < r.first || r.last < p.first {
				continue
			}
			if offset+r.size <= p.offset {
				break
			}
			offset = max(offset, p.end())
		}
		r.offset = offset
		total = max(total, r.end())
		at, _ := slices.BinarySearchFunc(placed, r, func(p, r *region) int { return cmp.Compare(p.offset, r.offset) })
		placed = slices.Insert(placed, at, r)
	}
	return total
}

// end is the offset behind the region, aligned.
func (r *region) end() int {
	return (r.offset + r.size + cacheLine - 1) / cacheLine * cacheLine
}
