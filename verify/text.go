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

// WriteText writes the report as a table, the first divergence, the causes and
// the verdict, which is the last line.
func (r *Report) WriteText(w io.Writer, o TextOptions) error {
	var b strings.Builder
	fmt.Fprintf(&b, "reference  %s\nother      %s\nmode       %s, tolerance %s\n\n", r.Reference, r.Other, r.Mode, r.Tolerance)
	if err := r.writeLayers(&b, o); err != nil {
		return err
	}
	if d := r.FirstDivergence; d != nil {
		fmt.Fprintf(&b, "\nfirst divergence: layer %q (%s, value %q): %s\n", d.Layer, d.Op, d.Value, d.Reason)
		if e := d.Worst; e != nil {
			fmt.Fprintf(&b, "  at %v the reference has %.9g, the other %.9g\n", e.Index, float64(e.Reference), float64(e.Other))
		}
	}
	for i, c := range r.Causes {
		if i == 0 {
			b.WriteString("\ndifferences in attributes:\n")
		}
		fmt.Fprintf(&b, "  %s at layer %q: %s\n", c.Code, c.Layer, c.Evidence)
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

// writeLayers has the verdict last, where its colour moves no column.
func (r *Report) writeLayers(w io.Writer, o TextOptions) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "layer\top\tshape\tmax abs\tmax rel\trel L2\tbound\tused\tverdict")
	for _, l := range r.Layers {
		if o.Failures && l.Verdict == Pass {
			continue
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t", l.Name, dash(l.Op), shapes(l))
		for _, n := range []Number{l.MaxAbs, l.MaxRel, l.RelL2, l.Bound, l.BoundUsed} {
			fmt.Fprintf(t, "%s\t", figure(n, l.Worst))
		}
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
