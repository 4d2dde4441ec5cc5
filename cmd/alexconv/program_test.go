package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"slices"
	"time"

	"github.com/alexconv/alexconv/convert"
	"github.com/alexconv/alexconv/formats/npy"
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime"
)

// otherProgram is the program that --runner starts in the scripts: MODE MODEL
// INPUTS OUTPUTS. It runs the model, and goes wrong as the mode says.
func otherProgram() {
	mode, model, from, to := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	switch mode {
	case "crash":
		fmt.Fprintln(os.Stderr, "first line\nout of memory")
		os.Exit(3)
	case "hang":
		time.Sleep(time.Hour)
	case "nothing":
		return
	case "garbage":
		check(os.WriteFile(to, []byte("no archive"), 0o644))
		return
	}
	m, err := convert.Open(model, convert.OpenOptions{})
	check(err)
	outputs, err := elsewhere(m.Graph, from)
	check(err)
	switch mode {
	case "missing":
		outputs = nil
	case "extra":
		outputs = append(outputs, npy.NamedTensor{Name: "bonus", Tensor: ir.NewTensor(3)})
	case "shape":
		outputs[0].Tensor = ir.NewTensor(1, 7)
	case "nan":
		outputs[0].Tensor.Data[0] = float32(math.NaN())
	case "wrong":
		outputs[0].Tensor.Data[0] += 0.01
	}
	check(writeArrays(context.Background(), to, outputs, nil))
}

// elsewhere runs a graph on the arrays of an archive.
func elsewhere(g *ir.Graph, from string) ([]npy.NamedTensor, error) {
	data, err := os.ReadFile(from)
	if err != nil {
		return nil, err
	}
	arrays, err := npy.ReadNPZ(data, ir.Limits{})
	if err != nil {
		return nil, err
	}
	inputs := make(map[string]*ir.Tensor)
	for _, a := range arrays {
		inputs[a.Name] = a.Tensor
	}
	p, err := runtime.Compile(g, runtime.Options{Inputs: shapesOf(inputs)})
	if err != nil {
		return nil, err
	}
	defer p.Close()
	values, err := p.Run(context.Background(), inputs, nil)
	if err != nil {
		return nil, err
	}
	list := inOrder(g, values)
	for i := range list {
		list[i].Tensor = &ir.Tensor{Shape: list[i].Tensor.Shape, Data: slices.Clone(list[i].Tensor.Data)}
	}
	return list, nil
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
