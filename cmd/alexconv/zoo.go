package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/alexconv/alexconv/formats/caffe"
	"github.com/alexconv/alexconv/zoo"
)

func (a *app) zooCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "zoo",
		Short: "List the built-in nets",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if a.json {
				type net struct {
					Name    string `json:"name"`
					Summary string `json:"summary"`
				}
				var list []net
				for _, n := range zoo.Nets() {
					list = append(list, net{n.Name, n.Summary})
				}
				return a.printJSON(list)
			}
			for _, n := range zoo.Nets() {
				fmt.Fprintf(a.stdout, "%-22s %s\n", n.Name, n.Summary)
			}
			return nil
		},
	}
	c.AddCommand(&cobra.Command{
		Use:   "show NAME",
		Short: "Print a built-in net as a prototxt",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			net, err := zoo.Find(args[0])
			if err != nil {
				return err
			}
			text, err := caffe.WriteTopology(net.Build())
			if err != nil {
				return err
			}
			_, err = a.stdout.Write(text)
			return err
		},
	})
	return c
}
