package main

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// bar says on a terminal how many pictures are done, in one line that vanishes
// at the end. Nil says nothing.
type bar struct {
	w     io.Writer
	begun time.Time
	first int // pictures that were done before
	shown time.Time
}

// newBar is a bar on stderr, nil where that is no terminal or -q is given.
func (a *app) newBar() *bar {
	if a.quiet || !isTerminal(a.stderr) {
		return nil
	}
	return &bar{w: a.stderr}
}

// barWidth is how many characters the whole bar has.
const barWidth = 30

func (b *bar) show(done, total int) {
	if b == nil {
		return
	}
	now := time.Now()
	if b.begun.IsZero() {
		b.begun, b.first = now, done
	}
	if now.Sub(b.shown) < refresh && done < total {
		return
	}
	b.shown = now
	filled := barWidth * done / max(total, 1)
	rate := float64(done-b.first) / max(now.Sub(b.begun).Seconds(), 1e-3)
	text := fmt.Sprintf("%s%s %d of %d", strings.Repeat("#", filled), strings.Repeat(".", barWidth-filled), done, total)
	if rate > 0 {
		left := time.Duration(float64(total-done) / rate * float64(time.Second))
		text += fmt.Sprintf(", %.0f pictures/s, %v left", rate, left.Round(time.Second))
	}
	fmt.Fprint(b.w, eraseLine+text)
}

// end takes the line away.
func (b *bar) end() {
	if b != nil && !b.begun.IsZero() {
		fmt.Fprint(b.w, eraseLine)
	}
}
