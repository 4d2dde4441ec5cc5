package draw

import (
	"fmt"
	"strings"
)

// section is a part of the graph that a single value enters and a single value
// leaves, or none at the graph's ends.
type section struct {
	blocks []*block
	entry  *port
	exit   *port
	layout layout
}

// run is one section, or several in a row that stand for as many repetitions.
type run struct {
	sections []*section
	times    int
}

// sections cuts the graph wherever one value passes.
func (d *diagram) sections() []*section {
	last := make(map[port]int) // the last block that reads a value
	for _, b := range d.blocks {
		for _, in := range b.inputs {
			last[in] = b.index
		}
	}
	var list []*section
	var entry *port
	open := make(map[port]bool)
	begin := 0
	for i, b := range d.blocks {
		for k := range b.outputs {
			if p := (port{b, k}); last[p] > i {
				open[p] = true
			}
		}
		for _, in := range b.inputs {
			if last[in] == i {
				delete(open, in)
			}
		}
		if len(open) > 1 || len(open) == 0 && i < len(d.blocks)-1 {
			continue
		}
		s := &section{blocks: d.blocks[begin : i+1], entry: entry}
		for p := range open {
			s.exit = &p
		}
		list = append(list, s)
		entry, begin = s.exit, i+1
	}
	return list
}

// runs are the sections, of which those that repeat are one run if collapsed.
func (d *diagram) runs(collapsed bool) []*run {
	list := d.sections()
	if collapsed {
		return collapse(list)
	}
	var runs []*run
	for _, s := range list {
		runs = append(runs, &run{[]*section{s}, 1})
	}
	return runs
}

// structure describes a section up to names and numbers of channels, which are
// the second extent of a value: two that compute alike at one size of maps have
// the same.
func (s *section) structure() string {
	at := make(map[*block]int)
	var b strings.Builder
	place := func(p port) {
		if s.entry != nil && p == *s.entry {
			b.WriteString(" entry")
			return
		}
		fmt.Fprintf(&b, " %d.%d", at[p.block], p.output)
	}
	for i, block := range s.blocks {
		at[block] = i
		for _, p := range block.parts {
			fmt.Fprintf(&b, "%T %s|", p.nodes[0].Op, p.captions[0].text())
		}
		for _, in := range block.inputs {
			place(in)
		}
		for _, out := range block.outputs {
			for axis, extent := range out.shapes[0] {
				if axis != 1 {
					fmt.Fprintf(&b, " %d=%d", axis, extent)
				}
			}
		}
		b.WriteByte('\n')
	}
	if exit := s.exit; exit != nil {
		place(*exit)
	} else if last := s.blocks[len(s.blocks)-1]; len(last.outputs) == 1 {
		place(port{last, 0}) // the graph's last section is like those before it
	}
	return b.String()
}
