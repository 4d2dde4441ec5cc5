package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/alexconv/alexconv/classify"
	"github.com/alexconv/alexconv/ir"
)

func (a *app) evalMergeCommand() *cobra.Command {
	var out string
	var gate accuracyGate
	c := &cobra.Command{
		Use:   "merge RESULT.json ...",
		Short: "Add up the results of shards",
		Long: `Adds up what "eval --shard I/N --json" printed for each shard. Results of other models, preprocessing or lists, and
pictures counted twice, are refused. The result of all shards is that of the evaluation in one piece; if
pictures are missing, it is printed and the exit code is 1.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.evalMerge(c.Context(), args, out, gate) },
	}
	gate.add(c)
	c.Flags().StringVarP(&out, "output", "o", "", "write the JSON to this file too")
	return c
}

func (a *app) evalMerge(ctx context.Context, paths []string, out string, gate accuracyGate) error {
	results := make([]*classify.Result, len(paths))
	for i, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if results[i], err = classify.ReadResult(data); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	merged, err := classify.Merge(results)
	if err != nil {
		var place *classify.MergeError
		if errors.As(err, &place) {
			return ir.Errorf(ir.ErrInvalid, "%s: it %s", paths[place.Index], place.Reason)
		}
		return err
	}
	if err := writeResult(ctx, out, merged); err != nil {
		return err
	}
	if err := a.printResult(merged); err != nil {
		return err
	}
	if !merged.Complete {
		return &mismatch{fmt.Sprintf("%d of the list's %d pictures are in none of these results", merged.Images-merged.Evaluated, merged.Images)}
	}
	return gate.check(merged)
}
