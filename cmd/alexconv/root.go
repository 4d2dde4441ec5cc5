package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
)

// app is what the commands share: the streams and the global flags.
type app struct {
	ctx            context.Context // ends when the command is interrupted
	stdin          io.Reader
	stdout, stderr io.Writer
	started        bool // a command's own code has begun, so the usage was right
	quiet, verbose bool
	json           bool
	commandLine    string // as a shell would read it
	finished       string // what is written and stays, whatever happens afterwards
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "alexconv",
		Short: "Convert, run and verify models of the AlexNet family",
		Long: `alexconv reads Caffe, ONNX and TensorFlow-style npy models, writes any of them as any other,
runs them, and proves that nothing changed.

MODEL is a path, or a topology and its weights joined with a plus sign:
  model.onnx
  deploy.prototxt+weights.caffemodel
  deploy.prototxt+weights.npy
  zoo:bvlc_alexnet+weights.npy
  zoo:bvlc_alexnet?seed=2012

Exit codes: 0 it holds; 1 a mismatch; 2 wrong usage; 3 unreadable, unsupported or over a limit;
4 our own fault; 130 interrupted.`,
		SilenceErrors:     true,
		SilenceUsage:      true,
		PersistentPreRun:  func(*cobra.Command, []string) { a.started = true },
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: false},
	}
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	flags := root.PersistentFlags()
	flags.BoolVarP(&a.quiet, "quiet", "q", false, "no progress and no warnings on stderr")
	flags.BoolVarP(&a.verbose, "verbose", "v", false, "say more on stderr")
	flags.BoolVar(&a.json, "json", false, "results as JSON")
	root.AddCommand(a.convertCommand(), a.runCommand(), a.evalCommand(), a.verifyCommand(), a.goldenCommand(), a.checkCommand(), a.diffCommand(), a.inspectCommand(), a.drawCommand(), a.weightsCommand(), a.digestCommand(),
		a.benchCommand(), a.zooCommand(), a.demoCommand(), a.versionCommand())
	return root
}

// warn says something on stderr that is no error.
func (a *app) warn(text string) {
	if !a.quiet {
		fmt.Fprintf(a.stderr, "alexconv: warning: %s\n", text)
	}
}

// progress says on stderr what is going on, when asked to.
func (a *app) progress(format string, args ...any) {
	if a.verbose && !a.quiet {
		fmt.Fprintf(a.stderr, "alexconv: "+format+"\n", args...)
	}
}

// printJSON writes a result as indented JSON.
func (a *app) printJSON(v any) error {
	e := json.NewEncoder(a.stdout)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// colour reports whether results may be coloured: on a terminal, unless
// NO_COLOR is set.
func (a *app) colour() bool {
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && isTerminal(a.stdout)
}

// isTerminal reports whether a stream is a character device.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
