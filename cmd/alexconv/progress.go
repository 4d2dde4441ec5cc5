package main

import (
	"fmt"
	"io"
	"path/filepath"
	"time"
)

const (
	// patience is how long work goes on before the first word about it.
	patience = 500 * time.Millisecond
	// refresh is the time between two words.
	refresh = 100 * time.Millisecond
	// eraseLine returns to the beginning of a terminal's line and clears it.
	eraseLine = "\r\x1b[K"
)

// meter says on a terminal how far the writing of files is and how fast it
// goes, in one line that vanishes at the end. Nil says nothing.
type meter struct {
	w            io.Writer
	path         string
	begun, shown time.Time
	visible      bool
}

// newMeter is a meter on stderr, nil where that is no terminal or -q is given.
func (a *app) newMeter() *meter {
	if a.quiet || !isTerminal(a.stderr) {
		return nil
	}
	return &meter{w: a.stderr, begun: time.Now()}
}

// written takes the number of bytes of a file that are written so far.
func (m *meter) written(path string, total int64) {
	if m == nil {
		return
	}
	now := time.Now()
	if path != m.path {
		m.path, m.begun = path, now
	}
	spent := now.Sub(m.begun)
	if spent < patience && !m.visible || now.Sub(m.shown) < refresh {
		return
	}
	m.shown, m.visible = now, true
	fmt.Fprintf(m.w, "%swriting %s: %.1f MB, %.1f MB/s", eraseLine, filepath.Base(path), float64(total)/1e6, float64(total)/1e6/max(spent.Seconds(), 1e-3))
}

// end takes the line away.
func (m *meter) end() {
	if m != nil && m.visible {
		fmt.Fprint(m.w, eraseLine)
		m.visible = false
	}
}
