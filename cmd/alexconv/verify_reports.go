package main

import (
	"context"
	"encoding/json"
	"io"
	"strings"

	"github.com/alexconv/alexconv/convert"
	"github.com/alexconv/alexconv/verify"
)

// sink is where a report goes; an empty path is stdout.
type sink struct{ kind, path string }

func parseSinks(list []string) ([]sink, error) {
	if len(list) == 0 {
		return []sink{{kind: "text"}}, nil
	}
	var sinks []sink
	for _, text := range list {
		kind, path, hasPath := strings.Cut(text, "=")
		_, known := reportWriters[kind]
		if !known || hasPath && path == "" || kind != "text" && !hasPath {
			return nil, usagef("--report %q: want text, text=FILE, json=FILE, junit=FILE, md=FILE or html=FILE", text)
		}
		sinks = append(sinks, sink{kind, path})
	}
	return sinks, nil
}

// reportWriters write one or more reports in a form each.
var reportWriters = map[string]func(io.Writer, []*verify.Report, verify.TextOptions) error{
	"text": func(w io.Writer, reports []*verify.Report, o verify.TextOptions) error {
		return each(reports, func(r *verify.Report) error { return r.WriteText(w, o) })
	},
	"json": func(w io.Writer, reports []*verify.Report, _ verify.TextOptions) error {
		return writeReportJSON(w, reports)
	},
	"junit": func(w io.Writer, reports []*verify.Report, _ verify.TextOptions) error {
		return verify.WriteJUnit(w, reports...)
	},
	"md": func(w io.Writer, reports []*verify.Report, _ verify.TextOptions) error {
		return each(reports, func(r *verify.Report) error { return r.WriteMarkdown(w) })
	},
	"html": func(w io.Writer, reports []*verify.Report, _ verify.TextOptions) error {
		if len(reports) != 1 {
			return usagef("--report html: one page shows two models; verify them in pairs")
		}
		return reports[0].WriteHTML(w)
	},
}

func each(reports []*verify.Report, write func(*verify.Report) error) error {
	for _, r := range reports {
		if err := write(r); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) writeReports(ctx context.Context, reports []*verify.Report, sinks []sink, keep []string) error {
	if a.json {
		return writeReportJSON(a.stdout, reports)
	}
	for _, s := range sinks {
		write := reportWriters[s.kind]
		if s.path == "" {
			if err := write(a.stdout, reports, verify.TextOptions{Color: a.colour(), Failures: a.quiet}); err != nil {
				return err
			}
			continue
		}
		if err := convert.RefuseInput(s.path, keep); err != nil {
			return err
		}
		target := convert.Target{Path: s.path, Write: func(w io.Writer) error { return write(w, reports, verify.TextOptions{}) }}
		if _, err := convert.WriteFiles(ctx, target); err != nil {
			return err
		}
	}
	return nil
}

// writeReportJSON writes the report, or, of several, the first that is no pass
// with all of them under "comparisons".
func writeReportJSON(w io.Writer, reports []*verify.Report) error {
	if len(reports) == 1 {
		return reports[0].WriteJSON(w)
	}
	leading := reports[0]
	for _, r := range reports {
		if r.Verdict != verify.Pass {
			leading = r
			break
		}
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(struct {
		*verify.Report
		Comparisons []*verify.Report `json:"comparisons"`
	}{leading, reports})
}
