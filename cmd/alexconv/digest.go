package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/alexconv/alexconv/ir"
)

func (a *app) digestCommand() *cobra.Command {
	var (
		open     openFlags
		perLayer bool
	)
	c := &cobra.Command{
		Use:   "digest MODEL",
		Short: "Print the SHA-256 that a model has in every format",
		Long: `Prints the SHA-256 of the model's canonical graph and weights: the same for the same model in any
format, whatever the names of its layers and files, the order of its layers or its batch size.`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			m, err := a.open(args[0], open)
			if err != nil {
				return err
			}
			defer m.Close()
			whole, err := ir.Digest(m.Graph)
			if err != nil {
				return modelError(args[0], err)
			}
			var layers []ir.LayerDigest
			if perLayer {
				if layers, err = ir.LayerDigests(m.Graph); err != nil {
					return modelError(args[0], err)
				}
			}
			return a.printDigest(args[0], whole, layers)
		},
	}
	open.add(c)
	c.Flags().BoolVar(&perLayer, "per-layer", false, "also the digest of each layer by itself")
	return c
}

func (a *app) printDigest(model, whole string, layers []ir.LayerDigest) error {
	if a.json {
		type layer struct {
			Name   string `json:"name"`
			Op     string `json:"op"`
			Digest string `json:"digest"`
		}
		result := struct {
			Model  string  `json:"model"`
			Digest string  `json:"digest"`
			Layers []layer `json:"layers,omitempty"`
		}{Model: model, Digest: whole}
		for _, l := range layers {
			result.Layers = append(result.Layers, layer{l.Node.Name, l.Node.Op.Type(), l.Digest})
		}
		return a.printJSON(result)
	}
	fmt.Fprintf(a.stdout, "%s  %s\n", whole, model)
	for _, l := range layers {
		fmt.Fprintf(a.stdout, "%s  %s (%s)\n", l.Digest, l.Node.Name, l.Node.Op.Type())
	}
	return nil
}

// modelError names the model in an error about its graph.
func modelError(model string, err error) error { return fmt.Errorf("%s: %w", model, err) }
