package draw

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/alexconv/alexconv/ir"
)

// collapse finds sections that follow each other and have one structure, singly
// or several in turn, and lets the first stand for all. From left to right it
// takes the shortest period that repeats and leaves out more than one block.
func collapse(list []*section) []*run {
	structures := make([]string, len(list))
	for i, s := range list {
		structures[i] = s.structure()
	}
	var runs []*run
	for i := 0; i < len(list); {
		period, times := repetition(structures[i:])
		if (times-1)*countBlocks(list[i:i+period]) < 2 {
			period, times = 1, 1
		}
		r := &run{list[i : i+period], times}
		for k := 1; k < times; k++ {
			for j, s := range r.sections {
				s.merge(list[i+k*period+j])
			}
		}
		runs = append(runs, r)
		i += period * times
	}
	return runs
}

// longestPeriod bounds the sections of which a repetition is sought.
const longestPeriod = 32

// repetition is the shortest period with which the list begins, and how often it
// occurs: once the first if there is none.
func repetition(list []string) (period, times int) {
	for p := 1; p <= min(len(list)/2, longestPeriod); p++ {
		k := 1
		for (k+1)*p <= len(list) && slices.Equal(list[:p], list[k*p:(k+1)*p]) {
			k++
		}
		if k > 1 {
			return p, k
		}
	}
	return 1, 1
}

func countBlocks(list []*section) int {
	n := 0
	for _, s := range list {
		n += len(s.blocks)
	}
	return n
}

// merge lets the section's blocks stand for those of one of the same structure.
func (s *section) merge(other *section) {
	for i, b := range s.blocks {
		like := other.blocks[i]
		for j := range b.parts {
			b.parts[j].nodes = append(b.parts[j].nodes, like.parts[j].nodes...)
			b.parts[j].captions = append(b.parts[j].captions, like.parts[j].captions...)
		}
		for j := range b.outputs {
			b.outputs[j].shapes = append(b.outputs[j].shapes, like.outputs[j].shapes...)
			b.outputs[j].read = like.outputs[j].read
		}
	}
	if other.exit == nil {
		s.exit = nil
	}
}

// names are those of a part's nodes: what they have in common once, the rest in
// braces, such as res4{b…f}_branch2a.
func (p part) names() string {
	var list []string
	for _, n := range p.nodes {
		list = append(list, name(n))
	}
	return shown(braced(list))
}

func braced(list []string) string {
	first := list[0]
	if !slices.ContainsFunc(list, func(s string) bool { return s != first }) {
		return first
	}
	prefix, suffix := first, first
	for _, s := range list[1:] {
		for !strings.HasPrefix(s, prefix) {
			prefix = prefix[:len(prefix)-1]
		}
		for !strings.HasSuffix(s, suffix) {
			suffix = suffix[1:]
		}
	}
	prefix, suffix = wholeNumbers(list, prefix, suffix)
	shortest := slices.MinFunc(list, func(a, b string) int { return len(a) - len(b) })
	if spare := len(shortest) - len(prefix); len(suffix) > spare {
		suffix = suffix[len(suffix)-spare:]
	}
	prefix, suffix = strings.ToValidUTF8(prefix, ""), strings.ToValidUTF8(suffix, "")
	inner := func(s string) string { return s[len(prefix) : len(s)-len(suffix)] }
	separator := "…"
	if len(list) == 2 {
		separator = ", "
	}
	return prefix + "{" + inner(first) + separator + inner(list[len(list)-1]) + "}" + suffix
}

// wholeNumbers takes digits off a prefix and a suffix that continue between them.
func wholeNumbers(list []string, prefix, suffix string) (string, string) {
	digit := func(r rune) bool { return unicode.IsDigit(r) }
	cutsHead := func(s string) bool { return strings.IndexFunc(s[len(prefix):], digit) == 0 }
	cutsTail := func(s string) bool {
		inner := s[:len(s)-len(suffix)]
		return inner != strings.TrimRightFunc(inner, digit)
	}
	if slices.ContainsFunc(list, cutsHead) {
		prefix = strings.TrimRightFunc(prefix, digit)
	}
	if slices.ContainsFunc(list, cutsTail) {
		suffix = strings.TrimLeftFunc(suffix, digit)
	}
	return prefix, suffix
}

// lines are the caption of a part: one line, or two if one is longer than the
// limit in pixels.
func (p part) lines(limit float64, l lettering) []string {
	c := p.captions[0]
	head := c.what
	if c.channels > 0 {
		var channels []int
		for _, like := range p.captions {
			channels = append(channels, like.channels)
		}
		head += " · " + span(channels)
	}
	if len(c.details) == 0 {
		return []string{head}
	}
	details := strings.Join(c.details, " · ")
	if whole := head + " · " + details; l.width(whole) <= limit {
		return []string{whole}
	}
	return []string{head, details}
}

// span is a number, two or three, or the range of more.
func span(list []int) string {
	var distinct []int
	for _, v := range list {
		if !slices.Contains(distinct, v) {
			distinct = append(distinct, v)
		}
	}
	if len(distinct) > 3 {
		return fmt.Sprintf("%d–%d", slices.Min(distinct), slices.Max(distinct))
	}
	return joined(distinct, ", ")
}

// label is what stands beside the edges that leave an output.
func (o output) label() string {
	if len(o.shapes[0]) == 0 {
		return o.shapes[0].String()
	}
	parts := make([]string, len(o.shapes[0]))
	for axis := range parts {
		parts[axis] = extents(o.shapes, axis)
	}
	return strings.Join(parts, "×")
}

// extents are those of the first and the last shape along an axis.
func extents(list []ir.Shape, axis int) string {
	first, last := list[0][axis], list[len(list)-1][axis]
	if first == last {
		return strconv.Itoa(first)
	}
	return fmt.Sprintf("%d…%d", first, last)
}
