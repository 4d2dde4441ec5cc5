package verify

import (
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"
)

// TextOptions says how a report is printed.
type TextOptions struct {
	Color bool // ANSI colours for verdicts
	// Failures leaves out the layers that pass.
	Failures bool
}

// WriteText writes the report as a table, the first divergence, causes and
// warnings, the smallest passing tolerance, and the verdict, which is the last
// line.
func (r *Report) WriteText(w io.Writer, o TextOptions) error {
	var b strings.Builder
	fmt.Fprintf(&b, "reference  %s\nother      %s\nmode       %s, tolerance %s\n", r.Reference, r.Other, r.Mode, r.Tolerance)
	r.writeInputs(&b, o)
	if r.Digest != "" {
		fmt.Fprintf(&b, "digest     %s\n", r.Digest)
	}
	b.WriteByte('\n')
	if err := r.writeLayers(&b, o); err != nil {
		return err
	}
	if d := r.FirstDivergence; d != nil {
		fmt.Fprintf(&b, "\nfirst divergence: layer %q (%s, value %q): %s\n", d.Layer, d.Op, d.Value, d.Reason)
		if e := d.Worst; e != nil {
			fmt.Fprintf(&b, "  at %v the reference has %.9g, the other %.9g\n", e.Index, float64(e.Reference), float64(e.Other))
		}
	}
	r.writeCauses(&b, "causes", func(c Cause) bool { return !c.Warning })
	r.writeCauses(&b, "warnings, without effect on these inputs", func(c Cause) bool { return c.Warning })
	if s := r.Smallest; s != nil {
		fmt.Fprintf(&b, "\nsmallest passing tolerance: rel-l2=%.3g or atol=%.3g\n", float64(s.RelL2), float64(s.Atol))
	}
	fmt.Fprintf(&b, "\n%s: %s compared", paint(r.Verdict, o), count(r.Compared, "layer"))
	if r.Unchecked > 0 {
		fmt.Fprintf(&b, ", %d unchecked", r.Unchecked)
	}
	if r.Reason != "" {
		fmt.Fprintf(&b, "; %s", r.Reason)
	}
	b.WriteByte('\n')
	_, err := io.WriteString(w, b.String())
	return err
}

// writeInputs says what the models were fed with, and what came of each where
// there were several.
func (r *Report) writeInputs(w io.Writer, o TextOptions) {
	if r.Input == nil {
		return
	}
	if len(r.Inputs) > 0 {
		fmt.Fprintf(w, "\n%s:\n", count(len(r.Inputs), "input"))
		for _, i := range r.Inputs {
			if o.Failures && i.Verdict == Pass {
				continue
			}
			fmt.Fprintf(w, "  %s  %s", paint(i.Verdict, o), i.Name)
			if i.Reason != "" {
				fmt.Fprintf(w, " (%s)", i.Reason)
			}
			fmt.Fprintln(w)
		}
		fmt.Fprint(w, "the worst is\n")
	}
	fmt.Fprintf(w, "input      %v\n", *r.Input)
}

// String is the feed in one line.
func (f Feed) String() string {
	if f.Preprocess == nil {
		return f.Name
	}
	return fmt.Sprintf("%s (%v)", f.Name, f.Preprocess)
}

func (r *Report) writeCauses(w io.Writer, title string, shown func(Cause) bool) {
	first := true
	for _, c := range r.Causes {
		if !shown(c) {
			continue
		}
		if first {
			fmt.Fprintf(w, "\n%s:\n", title)
			first = false
		}
		fmt.Fprintf(w, "  %s at layer %q: %s\n", c.Code, c.Layer, c.text())
	}
}

// text is the evidence with what came of trying it.
func (c Cause) text() string {
	switch {
	case math.IsNaN(float64(c.After)):
		return c.Evidence
	case c.After <= 1:
		return fmt.Sprintf("%s (%.3g times the bound, %.3g with this explained)", c.Evidence, float64(c.Before), float64(c.After))
	}
	return fmt.Sprintf("%s (does not explain the layer by itself: %.3g times the bound, then %.3g)", c.Evidence, float64(c.Before), float64(c.After))
}

// writeLayers has the verdict last, where its colour moves no column.
func (r *Report) writeLayers(w io.Writer, o TextOptions) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "layer\top\tshape\tmax abs\tmax rel\trel L2\tbound\tused\tverdict")
	for _, l := range r.Layers {
		if o.Failures && l.Verdict == Pass {
			continue
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t", l.Name, dash(l.Op), shapes(l))
		for _, n := range []Number{l.MaxAbs, l.MaxRel, l.RelL2, l.Bound} {
			fmt.Fprintf(t, "%s\t", figure(n, l.Worst))
		}
		fmt.Fprintf(t, "%s%s\t", figure(l.BoundUsed, l.Worst), bar(l.BoundUsed))
		fmt.Fprint(t, paint(l.Verdict, o))
		if l.Reason != "" {
			fmt.Fprintf(t, " (%s)", l.Reason)
		}
		fmt.Fprintln(t)
	}
	return t.Flush()
}

func shapes(l *Layer) string {
	if l.Shape == nil {
		return "-"
	}
	if !l.Shape.Equal(l.OtherShape) {
		return l.Shape.String() + " / " + l.OtherShape.String()
	}
	return l.Shape.String()
}

// bar draws a share of the bound in eighths of six cells, nothing where there is
// none.
func bar(used Number) string {
	if !(used > 0) {
		return ""
	}
	eighths := []rune(" ▏▎▍▌▋▊▉█")
	parts := max(1, int(math.Round(min(float64(used), 1)*6*8)))
	text := strings.Repeat("█", parts/8)
	if parts%8 > 0 {
		text += string(eighths[parts%8])
	}
	return " " + text
}

// figure is a dash where nothing was measured or the figure has no meaning.
func figure(n Number, measured *Element) string {
	if measured == nil || math.IsNaN(float64(n)) {
		return "-"
	}
	return fmt.Sprintf("%.2g", float64(n))
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func paint(v Verdict, o TextOptions) string {
	if !o.Color {
		return string(v)
	}
	code := map[Verdict]string{Pass: "32", Fail: "31", Unchecked: "33"}[v]
	return "\x1b[" + code + "m" + string(v) + "\x1b[0m"
}
