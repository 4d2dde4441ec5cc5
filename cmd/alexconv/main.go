// Command alexconv converts, runs and verifies models of the AlexNet family.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/alexconv/alexconv/ir"
)

func main() { os.Exit(Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// The exit codes.
const (
	exitHolds       = 0
	exitMismatch    = 1
	exitUsage       = 2
	exitUnreadable  = 3
	exitInternal    = 4
	exitInterrupted = 130
)

// grace is how long a command may take to clean up after a signal.
const grace = 5 * time.Second

// Main runs one command line and returns its exit code.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) (code int) {
	defer func() {
		if fault := recover(); fault != nil {
			fmt.Fprintf(stderr, "alexconv: internal error: %v; please report it with the command line\n", fault)
			code = exitInternal
		}
	}()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	forget := context.AfterFunc(ctx, func() {
		// A second signal, or a call that does not end, ends the process.
		stop()
		time.AfterFunc(grace, func() { os.Exit(exitInterrupted) })
	})
	defer forget()

	a := &app{ctx: ctx, stdin: stdin, stdout: stdout, stderr: stderr, commandLine: commandLine(args)}
	root := a.root()
	root.SetArgs(args)
	err := ir.CatchFaults(func() error { return root.ExecuteContext(ctx) })
	switch {
	case err == nil:
		return exitHolds
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		a.complain(a.interrupted())
		return exitInterrupted
	}
	a.complain(err)
	var usage *usageError
	switch {
	case errors.As(err, &usage) || !a.started:
		return exitUsage
	case errors.Is(err, errMismatch):
		return exitMismatch
	}
	return exitUnreadable
}

// commandLine quotes arguments for a shell where they need it.
func commandLine(args []string) string {
	words := []string{"alexconv"}
	for _, arg := range args {
		if arg == "" || strings.ContainsFunc(arg, needsQuotes) {
			arg = "'" + strings.ReplaceAll(arg, "'", `'\\''`) + "'"
		}
		words = append(words, arg)
	}
	return strings.Join(words, " ")
}

func needsQuotes(r rune) bool {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=:,./@%"
	return !strings.ContainsRune(plain, r)
}

// usageError is a command line that makes no sense.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

func usagef(format string, args ...any) error { return &usageError{fmt.Errorf(format, args...)} }

// errMismatch is a check that was made and does not hold.
var errMismatch = errors.New("mismatch")

// mismatch is an error that ends the command with exit code 1.
type mismatch struct{ text string }

func (e *mismatch) Error() string        { return e.text }
func (e *mismatch) Is(target error) bool { return target == errMismatch }

// interrupted says what an interrupt left.
func (a *app) interrupted() error {
	if a.finished != "" {
		return fmt.Errorf("interrupted; %s was written before", a.finished)
	}
	return errors.New("interrupted; nothing was written")
}

// complain writes an error as one line.
func (a *app) complain(err error) {
	text := strings.Join(strings.FieldsFunc(withFlag(err), func(r rune) bool { return r == '\n' || r == '\r' }), "; ")
	fmt.Fprintf(a.stderr, "alexconv: %s\n", text)
}
