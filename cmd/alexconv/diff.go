package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/alexconv/alexconv/verify"
)

func (a *app) diffCommand() *cobra.Command {
	var open openFlags
	c := &cobra.Command{
		Use:   "diff A B",
		Short: "Compare the weights of two models bit by bit, without running them",
		Args:  cobra.ExactArgs(2),
		RunE: func(_ *cobra.Command, args []string) error {
			var models []verify.Model
			for _, spec := range args {
				m, err := a.open(spec, open)
				if err != nil {
					return err
				}
				defer m.Close()
				models = append(models, verify.Model{Name: spec, Graph: m.Graph})
			}
			list, err := verify.Diff(models[0], models[1])
			if err != nil {
				return err
			}
			verdict := verify.DiffVerdict(list)
			if a.json {
				err = a.printJSON(map[string]any{"verdict": verdict, "parameters": list})
			} else {
				err = verify.WriteDiff(a.stdout, list)
			}
			if err == nil && verdict != verify.Pass {
				err = &mismatch{fmt.Sprintf("%s against %s: the weights: %s", args[1], args[0], verdict)}
			}
			return err
		},
	}
	open.add(c)
	return c
}
