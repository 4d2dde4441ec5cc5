package main

import (
	"fmt"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/alexconv/alexconv/convert"
	"github.com/alexconv/alexconv/ir"
)

func (a *app) checkCommand() *cobra.Command {
	var open openFlags
	c := &cobra.Command{
		Use:   "check MODEL",
		Short: "Say what is wrong with a model, or likely to be",
		Long: `Examines a model: an ONNX file by the rules that onnx.checker holds it against, and a model of any
format for what those let pass, such as weights that are not numbers, initialisers that nothing
reads, and pooling whose rounding runtimes treat differently. Each finding has a stable code;
docs/check.md lists them.

Exit codes: 0 no errors (warnings may be), 1 an error, 3 no model that can be read.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			o, err := a.openOptions(open)
			if err != nil {
				return err
			}
			findings, err := convert.Check(c.Context(), args[0], o)
			if err != nil {
				return err
			}
			return a.printFindings(args[0], findings)
		},
	}
	open.add(c)
	return c
}

// printFindings writes a table or JSON; errors among the findings are a
// mismatch.
func (a *app) printFindings(model string, findings []ir.Finding) error {
	result := struct {
		Schema   int          `json:"schema"`
		Model    string       `json:"model"`
		Errors   int          `json:"errors"`
		Warnings int          `json:"warnings"`
		Findings []ir.Finding `json:"findings"`
	}{Schema: 1, Model: model, Findings: append([]ir.Finding{}, findings...)}
	t := a.newTable(table.Row{"severity", "code", "where", "what"})
	for _, f := range findings {
		if f.Severity == ir.SeverityError {
			result.Errors++
		} else {
			result.Warnings++
		}
		t.AppendRow(table.Row{f.Severity, f.Code, f.Node, f.Text})
	}
	if a.json {
		if err := a.printJSON(result); err != nil {
			return err
		}
	} else {
		if len(findings) > 0 {
			t.Render()
		}
		fmt.Fprintf(a.stdout, "%s: %s, %s\n", model, counted(result.Errors, "error"), counted(result.Warnings, "warning"))
	}
	if result.Errors > 0 {
		return &mismatch{fmt.Sprintf("%s: %s", model, counted(result.Errors, "error"))}
	}
	return nil
}

// counted is a number with its noun.
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
