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
// them. Regions that follow one another share a lane, as long as the largest, and
// are centred in it: threads that divide images by rows then write to the same
// memory from layer to layer, which is still in their own caches.
func placeRegions(regions []*region) int {
	order := slices.Clone(regions)
	slices.SortStableFunc(order, func(a, b *region) int { return cmp.Compare(b.size, a.size) })
	var lanes [][]*region
	total := 0
	for _, r := range order {
		i := slices.IndexFunc(lanes, func(lane []*region) bool {
			return !slices.ContainsFunc(lane, r.overlaps)
		})
		if i < 0 {
			i = len(lanes)
			lanes = append(lanes, nil)
			r.offset = total
			total = r.end()
		} else {
			whole := lanes[i][0]
			r.offset = whole.offset + (whole.size-r.size)/2/cacheLine*cacheLine
		}
		lanes[i] = append(lanes[i], r)
	}
	return total
}

// overlaps reports whether two regions are in use at the same step.
func (r *region) overlaps(s *region) bool { return r.first <= s.last && s.first <= r.last }

// end is the offset behind the region, aligned.
func (r *region) end() int {
	return (r.offset + r.size + cacheLine - 1) / cacheLine * cacheLine
}
