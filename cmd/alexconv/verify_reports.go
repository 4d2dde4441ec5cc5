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

// reportWriters write what came of a verification in a form each: of several
// inputs, JUnit and JSON hold every comparison, the others the worst.
var reportWriters = map[string]func(io.Writer, *verification, verify.TextOptions) error{
	"text": func(w io.Writer, v *verification, o verify.TextOptions) error {
		return each(v.leads, func(r *verify.Report) error { return r.WriteText(w, o) })
	},
	"json": func(w io.Writer, v *verification, _ verify.TextOptions) error {
		return writeReportJSON(w, v)
	},
	"junit": func(w io.Writer, v *verification, _ verify.TextOptions) error {
		return verify.WriteJUnit(w, v.all...)
	},
	"md": func(w io.Writer, v *verification, _ verify.TextOptions) error {
		return each(v.leads, func(r *verify.Report) error { return r.WriteMarkdown(w) })
	},
	"html": func(w io.Writer, v *verification, _ verify.TextOptions) error {
		if len(v.leads) != 1 {
			return usagef("--report html: one page shows two models; verify them in pairs")
		}
		return v.leads[0].WriteHTML(w)
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

func (a *app) writeReports(ctx context.Context, v *verification, sinks []sink, keep []string) error {
	if a.json {
		if err := writeReportJSON(a.stdout, v); err != nil {
			return err
		}
	}
	for _, s := range sinks {
		write := reportWriters[s.kind]
		if s.path == "" {
			if a.json {
				continue
			}
			if err := write(a.stdout, v, verify.TextOptions{Color: a.colour(), Failures: a.quiet}); err != nil {
				return err
			}
			continue
		}
		if err := convert.RefuseInput(s.path, keep); err != nil {
			return err
		}
		target := convert.Target{Path: s.path, Write: func(w io.Writer) error { return write(w, v, verify.TextOptions{}) }}
		if _, err := convert.WriteFiles(ctx, target); err != nil {
			return err
		}
	}
	return nil
}

// writeReportJSON writes the report, or, of several, the worst with all of them
// under "comparisons".
func writeReportJSON(w io.Writer, v *verification) error {
	leading := v.leads[verify.Worst(v.leads)]
	if len(v.all) == 1 {
		return leading.WriteJSON(w)
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(struct {
		*verify.Report
		Comparisons []*verify.Report `json:"comparisons"`
	}{leading, v.all})
}
