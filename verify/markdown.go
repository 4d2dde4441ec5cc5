package verify

import (
	"fmt"
	"io"
	"strings"
)

// WriteMarkdown writes the report for a pull request: the verdict, what explains
// it, and the layers as a table, folded where all pass.
func (r *Report) WriteMarkdown(w io.Writer) error {
	var b strings.Builder
	mark := map[Verdict]string{Pass: "✅", Fail: "❌", Unchecked: "⚠️"}
	fmt.Fprintf(&b, "### %s %s: %s against %s\n\n", mark[r.Verdict], r.Verdict, code(r.Other), code(r.Reference))
	fmt.Fprintf(&b, "%s compared, %d unchecked; %s, tolerance %s", count(r.Compared, "layer"), r.Unchecked, r.Mode, code(r.Tolerance))
	if s := r.Smallest; s != nil {
		fmt.Fprintf(&b, "; the smallest that passes is %s", code(fmt.Sprintf("rel-l2=%.3g", float64(s.RelL2))))
	}
	b.WriteString(".\n")
	if r.Input != nil {
		fmt.Fprintf(&b, "\nInput: %s\n", code(r.Input.String()))
	}
	if len(r.Inputs) > 0 {
		b.WriteString("\nThe worst of these:\n\n| input | verdict | first divergence | rel L2 | used |\n|---|---|---|--:|--:|\n")
		for _, i := range r.Inputs {
			fmt.Fprintf(&b, "| %s | %s %s | %s | %.2g | %.2g |\n", code(i.Name), mark[i.Verdict], i.Verdict, dash(escapeMarkdown(i.Layer)), float64(i.RelL2), float64(i.BoundUsed))
		}
	}
	if r.Reason != "" {
		fmt.Fprintf(&b, "\n%s.\n", escapeMarkdown(r.Reason))
	}
	if d := r.FirstDivergence; d != nil {
		fmt.Fprintf(&b, "\n**First divergence:** %s (%s): %s\n", code(d.Layer), d.Op, escapeMarkdown(d.Reason))
	}
	for i, c := range r.Causes {
		if i == 0 {
			b.WriteByte('\n')
		}
		kind := "**" + c.Code + "**"
		if c.Warning {
			kind = "warning " + c.Code
		}
		fmt.Fprintf(&b, "- %s at %s: %s\n", kind, code(c.Layer), escapeMarkdown(c.text()))
	}
	b.WriteByte('\n')
	if r.Verdict == Pass {
		fmt.Fprintf(&b, "<details><summary>%s</summary>\n\n", count(len(r.Layers), "layer"))
	}
	b.WriteString("| layer | op | shape | max abs | rel L2 | bound | used | verdict |\n|---|---|---|--:|--:|--:|--:|---|\n")
	for _, l := range r.Layers {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s | %s %s |\n", code(l.Name), dash(l.Op), shapes(l),
			figure(l.MaxAbs, l.Worst), figure(l.RelL2, l.Worst), figure(l.Bound, l.Worst), figure(l.BoundUsed, l.Worst),
			mark[l.Verdict], escapeMarkdown(l.Reason))
	}
	if r.Verdict == Pass {
		b.WriteString("\n</details>\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// code is text as a code span, which no character of it can end.
func code(text string) string {
	text = strings.Map(func(c rune) rune {
		if c == '\n' || c == '\r' {
			return ' '
		}
		return c
	}, text)
	fence := "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	if len(fence) > 1 {
		text = " " + text + " "
	}
	return fence + strings.ReplaceAll(text, "|", `\|`) + fence
}

// escapeMarkdown keeps text from being read as markup.
func escapeMarkdown(text string) string {
	var b strings.Builder
	for _, c := range text {
		switch {
		case c == '\n' || c == '\r':
			c = ' '
		case strings.ContainsRune("\\`*_{}[]<>|#~&", c):
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	return b.String()
}
