package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/alexconv/alexconv/convert"
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/verify"
)

// maxRepairs bounds the causes that are repaired one after the other.
const maxRepairs = 64

// fix repairs the second model cause by cause until it agrees with the first,
// and writes it then.
func (a *app) fix(ctx context.Context, models []verify.Model, report *verify.Report, inputs map[string]*ir.Tensor, settings verify.Options, out string, keep []string, force bool) error {
	other := models[1]
	var repaired []string
	for range maxRepairs {
		i := slices.IndexFunc(report.Causes, func(c verify.Cause) bool { return !c.Warning })
		if report.Verdict == verify.Pass && i < 0 {
			break
		}
		if i < 0 {
			return &mismatch{fmt.Sprintf("%s: %s, and no cause is named that could be repaired", other.Name, report.Reason)}
		}
		cause := report.Causes[i]
		graph, err := verify.Fix(models[0], other, cause)
		if err != nil {
			return modelError(other.Name, err)
		}
		repaired = append(repaired, cause.Code+" at "+cause.Layer)
		other.Graph = graph
		if report, err = verify.Compare(ctx, models[0], other, inputs, settings); err != nil {
			return err
		}
	}
	if report.Verdict != verify.Pass {
		return &mismatch{fmt.Sprintf("%s: %s after %d repairs", other.Name, report.Reason, len(repaired))}
	}
	outputs, err := a.save(ctx, other.Graph, out, convert.SaveOptions{Keep: keep, Force: force})
	if err != nil {
		return err
	}
	for _, r := range repaired {
		fmt.Fprintf(a.stdout, "repaired %s\n", r)
	}
	for _, o := range outputs {
		fmt.Fprintf(a.stdout, "wrote %s\n", o.Path)
	}
	return nil
}
