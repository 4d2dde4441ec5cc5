package draw

import "math"

// strip is a part of the flow that fits the page: a column, or a row where the
// flow is to the right.
type strip struct {
	groups []group
	length float64 // along the flow
	across float64
	middle float64 // u of the flow from the strip's low side, at its beginning
	exit   float64 // the same at its end
}

// group is a run with its place in a strip: u is that of its entry, v that of
// its beginning.
type group struct {
	*run
	u, v      float64
	low, high float64 // relative to u
	length    float64
	leaves    float64 // the exit's u, relative to the entry's
}

// The measures of the frame around a run that is repeated, and of strips.
const (
	frameLead  = 12.0 // between the frame and the sections, along the flow
	frameSide  = 14.0 // and across it
	badgeRoom  = 34.0 // for the number of times, on the far side
	stripLead  = 18.0 // before and behind a strip, where the flow turns
	stripGap   = 44.0 // between strips, where the flow goes back
	tallEnough = 0.72 // height over the page's width from which columns are added
)

func newGroup(r *run) group {
	g := group{run: r}
	u := 0.0
	g.low, g.high = math.Inf(1), math.Inf(-1)
	for _, s := range r.sections {
		shift := u - s.layout.entry
		if s.entry == nil {
			shift = u - s.layout.exit
		}
		g.low, g.high = min(g.low, s.layout.low+shift), max(g.high, s.layout.high+shift)
		g.length += s.layout.length
		if s.exit != nil {
			u = s.layout.exit + shift
		}
	}
	g.leaves = u
	if r.times > 1 {
		g.length += 2 * frameLead
		g.low -= frameSide
		g.high += frameSide + badgeRoom
	}
	return g
}

// wrap stacks the runs into strips. Downwards, as many columns are made as the
// page is wide enough for, until the picture is about as tall as a page; to the
// right, a row ends where the page does. Strips are balanced.
func wrap(runs []*run, o Options) []strip {
	var groups []group
	total := 0.0
	for _, r := range runs {
		g := newGroup(r)
		groups = append(groups, g)
		total += g.length
	}
	if o.Direction == Right {
		rows := len(stack(groups, o.room()-2*stripLead))
		return balanced(groups, rows, total)
	}
	strips := stack(groups, total)
	for n := 2; n <= len(groups) && longestOf(strips) > tallEnough*o.room(); n++ {
		more := balanced(groups, n, total)
		width := -stripGap
		for _, s := range more {
			width += s.across + stripGap
		}
		if width > o.room() {
			break
		}
		strips = more
	}
	return strips
}

// balanced stacks groups into at most n strips, the longest as short as it goes.
func balanced(groups []group, n int, total float64) []strip {
	low, high := 0.0, total
	for range 40 {
		if middle := (low + high) / 2; len(stack(groups, middle)) <= n {
			high = middle
		} else {
			low = middle
		}
	}
	return stack(groups, high)
}

// stack fills strips of a length as far as they go; a group that is longer has
// one for itself.
func stack(groups []group, length float64) []strip {
	var strips []strip
	for i := 0; i < len(groups); {
		var s strip
		u, low, high := 0.0, math.Inf(1), math.Inf(-1)
		for ; i < len(groups) && (len(s.groups) == 0 || s.length+groups[i].length <= length); i++ {
			g := groups[i]
			g.u, g.v = u, s.length
			low, high = min(low, u+g.low), max(high, u+g.high)
			u += g.leaves
			s.length += g.length
			s.groups = append(s.groups, g)
		}
		for k := range s.groups {
			s.groups[k].u -= low
		}
		s.across, s.middle, s.exit = high-low, -low, u-low
		strips = append(strips, s)
	}
	return strips
}

func longestOf(strips []strip) float64 {
	longest := 0.0
	for _, s := range strips {
		longest = max(longest, s.length)
	}
	return longest
}
