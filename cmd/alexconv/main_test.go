package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/alexconv/alexconv/sample"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"alexconv": main, "otherprogram": otherProgram})
}

// TestScripts runs the command lines under testdata/script. The sample model
// is there as deploy.prototxt and weights.caffemodel.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:   "testdata/script",
		Setup: writeSample,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":   exits,
			"oneline": oneLine,
			"cut":     cut,
		},
	})
}

// evil is an .npy file whose pickle calls os.system.
const evil = "\x93NUMPY\x01\x00\x37\x00{'descr': '|O', 'fortran_order': False, 'shape': (), }\ncos\nsystem\n(S'echo'\ntR."

// hdf5Sample holds the weights of a layer "ip".
const hdf5Sample = "../../testdata/hdf5/more_layers.h5"

// mean is a binaryproto of 1x3x1x2 values, 1 to 6.
const mean = "\x08\x01\x10\x03\x18\x01\x20\x02\x2a\x18" +
	"\x00\x00\x80\x3f\x00\x00\x00\x40\x00\x00\x40\x40\x00\x00\x80\x40\x00\x00\xa0\x40\x00\x00\xc0\x40"

func writeSample(env *testscript.Env) error {
	picture, err := sample.Image("red star")
	if err != nil {
		return err
	}
	weights, err := os.ReadFile(hdf5Sample)
	if err != nil {
		return err
	}
	for name, data := range map[string][]byte{
		"deploy.prototxt":    sample.Prototxt,
		"weights.caffemodel": sample.Caffemodel,
		"evil.npy":           []byte(evil),
		"nan.caffemodel":     notNumbers(sample.Caffemodel),
		"mean.binaryproto":   []byte(mean),
		"ip.caffemodel.h5":   weights,
		"red-star.png":       picture,
	} {
		if err := os.WriteFile(filepath.Join(env.WorkDir, name), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// notNumbers is a copy of a file of weights with a NaN among those in its
// middle: of 8 bytes in a row 4 are a number's, wherever numbers begin.
func notNumbers(weights []byte) []byte {
	spoiled := bytes.Clone(weights)
	for i := range 8 {
		spoiled[len(spoiled)/2+i] = 0xff
	}
	return spoiled
}

// exits CODE COMMAND...: the command ends with that code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// oneline: the last command wrote one line on stderr that begins "alexconv: ",
// and nothing on stdout.
func oneLine(ts *testscript.TestScript, neg bool, args []string) {
	var lines int
	text := ts.ReadFile("stderr")
	for _, c := range text {
		if c == '\n' {
			lines++
		}
	}
	if len(text) < 11 || text[:10] != "alexconv: " || lines != 1 {
		ts.Fatalf("stderr is not one line of alexconv's: %q", text)
	}
	if out := ts.ReadFile("stdout"); out != "" {
		ts.Fatalf("stdout is not empty: %q", out)
	}
}

// cut FILE BYTES OUT: OUT is the first bytes of FILE.
func cut(ts *testscript.TestScript, neg bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	data, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	if n > len(data) {
		ts.Check(fmt.Errorf("%s has only %d bytes", args[0], len(data)))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), data[:n], 0o644))
}
