// Command generate writes the assembly of package kernel into the folder that
// its first argument names. Equal sources give equal bytes.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/pass"
	"github.com/mmcloughlin/avo/printer"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: generate DIR")
		os.Exit(2)
	}
	if err := generate(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func generate(dir string) error {
	for _, f := range []struct {
		name string
		emit func(*build.Context, isa)
	}{
		{"conv", convTiles},
		{"depthwise", depthwise},
		{"dot", dotTiles},
		{"elementwise", elementwise},
		{"lrn", lrn},
		{"peak", peak},
		{"pool", pools},
		{"winograd", winograd},
	} {
		ctx := build.NewContext()
		for _, set := range []isa{avx2, avx512} {
			f.emit(ctx, set)
		}
		text, err := assemble(ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
		if err := os.WriteFile(filepath.Join(dir, f.name+"_amd64.s"), text, 0o644); err != nil {
			return err
		}
	}
	for name, emit := range map[string]func(*neon){
		"conv":        neonConvTiles,
		"depthwise":   neonDepthwise,
		"dot":         neonDotTiles,
		"elementwise": neonElementwise,
		"lrn":         neonLRN,
		"peak":        neonPeak,
		"pool":        neonPools,
		"winograd":    neonWinograd,
	} {
		n := newNEON()
		emit(n)
		if err := os.WriteFile(filepath.Join(dir, name+"_arm64.s"), n.Bytes(), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func assemble(ctx *build.Context) ([]byte, error) {
	file, err := ctx.Result()
	if err != nil {
		return nil, err
	}
	if err := pass.Compile.Execute(file); err != nil {
		return nil, err
	}
	return printer.NewGoAsm(printer.Config{Name: "_generate", Pkg: "kernel"}).Print(file)
}
