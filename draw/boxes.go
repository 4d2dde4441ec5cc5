package draw

// boxes is the style in which a block is a panel with the name and the caption
// of its head, above a row of chips for the nodes that joined it.
type boxes struct{ direction Direction }

// The measures of a box.
const (
	boxPad     = 10.0  // at the sides
	headPad    = 6.0   // above and below the texts
	nameHeight = 15.0  // of the line with the name
	noteHeight = 14.0  // of a line of the caption
	chipHeight = 17.0  // of the row of chips
	chipPad    = 6.0   // at the sides of a chip
	boxLeast   = 84.0  // width
	oneLine    = 148.0 // a caption up to this width is one line
	boxCorner  = 5.0
	portGap    = 18.0 // between edges that reach or leave a box, at most
	portLeast  = 9.0  // at least
	stem       = 17.0 // of an edge with its label beside it
	labelPad   = 5.0
)

// dims are a box's on the page.
type dims struct{ width, head, height float64 }

func (boxes) dims(b *block) dims {
	head := b.parts[0]
	lines := head.lines(oneLine, letterings["note"])
	d := dims{width: boxLeast, head: 2*headPad + nameHeight + noteHeight*float64(len(lines))}
	d.width = max(d.width, 2*boxPad+letterings["name"].width(head.names()))
	for _, line := range lines {
		d.width = max(d.width, 2*boxPad+letterings["note"].width(line))
	}
	d.height = d.head
	if chips := b.parts[1:]; len(chips) > 0 {
		row := 0.0
		for _, c := range chips {
			row += chipWidth(c)
		}
		d.width, d.height = max(d.width, row), d.height+chipHeight
	}
	return d
}

func chipText(p part) string {
	lines := p.lines(unbounded, letterings["chip"])
	return lines[0]
}

func chipWidth(p part) float64 { return 2*chipPad + letterings["chip"].width(chipText(p)) }

func (s boxes) measure(b *block) size {
	d := s.dims(b)
	var labels []float64
	for _, out := range b.outputs {
		labels = append(labels, letterings["label"].width(out.label()))
	}
	z := size{along: d.height, across: d.width}
	if s.direction == Right {
		z.along, z.across = d.width, d.height
	}
	z.across = max(z.across, portLeast*float64(max(len(b.inputs), len(b.outputs))+1))
	switch {
	case s.direction == Right:
		s.labelAbove(&z, labels)
	case len(labels) == 1:
		z.free, z.outputs, z.after = stem, []float64{0}, labels[0]+2*labelPad
	default:
		s.labelsBeside(&z, labels)
	}
	z.before, z.after = max(z.before, z.across/2), max(z.after, z.across/2)
	z.inputs = spread(len(b.inputs), z.across)
	return z
}

// labelAbove keeps room for labels of the given widths, each above its edge.
func (boxes) labelAbove(z *size, labels []float64) {
	gap := letterings["label"].size + 5
	for i, l := range labels {
		z.free = max(z.free, l+2*labelPad+2)
		z.outputs = append(z.outputs, (float64(i)-float64(len(labels)-1)/2)*gap)
		z.before = gap * float64(len(labels)+1) / 2
	}
	z.across = max(z.across, gap*float64(len(labels)))
}

// labelsBeside keeps room for labels side by side, each to the right of its
// edge.
func (boxes) labelsBeside(z *size, labels []float64) {
	total := 0.0
	for _, l := range labels {
		z.outputs = append(z.outputs, total+labelPad)
		z.free = stem
		total += l + 3*labelPad
	}
	for i := range z.outputs {
		z.outputs[i] -= total / 2
	}
	z.across = max(z.across, total)
}

// spread distributes edges over a side.
func spread(n int, across float64) []float64 {
	var at []float64
	gap := min(portGap, across/float64(n+1))
	for i := range n {
		at = append(at, (float64(i)-float64(n-1)/2)*gap)
	}
	return at
}

func (s boxes) paint(p *painter, b *block, u, v float64) {
	d := s.dims(b)
	width, height := b.size.across, b.size.along
	corner := p.at(u-width/2, v)
	if s.direction == Right {
		width, height = height, width
	}
	d.head += height - d.height
	box := &set{class: "block"}
	round := [4]float64{boxCorner, boxCorner, boxCorner, boxCorner}
	if len(b.parts) > 1 {
		round[2], round[3] = 0, 0
	}
	head := b.parts[0]
	first := p.part(head)
	first.items = append(first.items, &shape{string(kindOf(head.nodes[0].Op)), panel(corner.x, corner.y, width, d.head, round)})
	y := corner.y + headPad + (height-d.height)/2 + nameHeight - 4
	add := func(class, content string) {
		t := &text{class: class, y: y, content: content}
		t.x = corner.x + (width-t.width())/2
		first.items = append(first.items, t)
		y += noteHeight
	}
	add("name", head.names())
	for _, line := range head.lines(oneLine, letterings["note"]) {
		add("note", line)
	}
	box.items = append(box.items, first)
	box.items = append(box.items, p.chips(b.parts[1:], corner.x, corner.y+d.head, width)...)
	p.blocks = append(p.blocks, box)
	s.labels(p, b, u, v+b.size.along)
}

// part is the set of a part's items.
func (p *painter) part(of part) *set {
	s := &set{class: "part", title: described(of)}
	if p.options.Attributes != nil {
		s.attributes = p.options.Attributes(of.nodes[0])
	}
	return s
}

// chips are the parts that joined a block, side by side over its width.
func (p *painter) chips(parts []part, x, y, width float64) []item {
	spare := width
	for _, c := range parts {
		spare -= chipWidth(c)
	}
	var items []item
	for i, c := range parts {
		w := chipWidth(c) + spare/float64(len(parts))
		var round [4]float64
		if i == 0 {
			round[3] = boxCorner
		}
		if i == len(parts)-1 {
			round[2] = boxCorner
		}
		s := p.part(c)
		t := &text{class: "chip", y: y + chipHeight - 5, content: chipText(c)}
		t.x = x + (w-t.width())/2
		s.items = append(s.items, &shape{string(kindOf(c.nodes[0].Op)), panel(x, y, w, chipHeight, round)}, t)
		items = append(items, s)
		x += w
	}
	return items
}

// labels write the shape of each output beside the edges that leave it; one that
// nothing reads has an arrow of its own.
func (s boxes) labels(p *painter, b *block, u, v float64) {
	for i, out := range b.outputs {
		at := u + b.size.outputs[i]
		t := &text{class: "label", content: out.label()}
		from := p.at(at, v)
		if s.direction == Right {
			t.x, t.y = from.x+labelPad, from.y-4
		} else {
			t.x, t.y = from.x+labelPad, from.y+stem-5
		}
		p.blocks = append(p.blocks, t)
		if !out.read {
			var route path
			route.move(from)
			route.line(p.at(at, v+b.size.free))
			p.arrow(route, true)
		}
	}
}

func (boxes) edge(p *painter, w wire, route path) { p.arrow(route, w.to != nil) }
