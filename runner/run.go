package runner

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/alexconv/alexconv/formats/npy"
	"github.com/alexconv/alexconv/ir"
)

// DefaultTimeout is how long a program may take where nothing else is said.
const DefaultTimeout = time.Minute

// drain is how long a program that was ended may keep its output open.
const drain = 2 * time.Second

// Failure is a program that did not do its part. It says in one line what
// happened, and what the program wrote last.
type Failure struct {
	Program string
	What    string // such as "exit status 3"
	Said    string // the last line that it wrote to stderr, else to stdout; may be empty
}

// Error is what happened in one line.
func (f *Failure) Error() string {
	text := fmt.Sprintf("runner %s: %s", f.Program, f.What)
	if f.Said != "" {
		text += "; it said: " + f.Said
	}
	return text
}

// Run gives the inputs to the program and reads what it writes. A timeout of 0
// is [DefaultTimeout]. The program's standard input is empty; it runs in the
// current folder and environment.
//
// A program that cannot be started, fails, takes too long or leaves no readable
// outputs is a [Failure]. When ctx ends, so does the program.
func (c Command) Run(ctx context.Context, model string, inputs []npy.NamedTensor, timeout time.Duration) ([]npy.NamedTensor, error) {
	if err := c.Check(model); err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "alexconv-runner-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	from, to := filepath.Join(folder, "inputs.npz"), filepath.Join(folder, "outputs.npz")
	words := c.filled(model, from, to)
	if err := writeInputs(from, inputs); err != nil {
		return nil, err
	}
	if timeout == 0 {
		timeout = DefaultTimeout
	}
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	var stdout, stderr tail
	program := exec.CommandContext(limited, words[0], words[1:]...)
	program.Stdout, program.Stderr, program.WaitDelay = &stdout, &stderr, drain
	ownGroup(program)
	fail := func(format string, args ...any) error {
		said := stderr.last()
		if said == "" {
			said = stdout.last()
		}
		return &Failure{Program: c.Program(), What: fmt.Sprintf(format, args...), Said: said}
	}
	err = program.Run()
	var missing *exec.Error
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case limited.Err() != nil:
		return nil, fail("no end after %v (--timeout)", timeout)
	case errors.As(err, &missing), errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
		return nil, fail("cannot be started: %v", errors.Unwrap(err))
	case err != nil:
		return nil, fail("%v", err)
	}
	data, err := os.ReadFile(to)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fail("it ended well but wrote no {outputs} file")
	}
	if err != nil {
		return nil, err
	}
	outputs, err := npy.ReadNPZ(data, ir.Limits{})
	if err != nil {
		return nil, fail("its {outputs} file is not readable: %v", err)
	}
	return outputs, nil
}

func writeInputs(path string, inputs []npy.NamedTensor) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	z := npy.NewNPZWriter(f)
	for _, in := range inputs {
		if err := z.Write(in.Name, in.Tensor); err != nil {
			return errors.Join(err, f.Close())
		}
	}
	return errors.Join(z.Close(), f.Close())
}

// tail keeps the end of what is written to it.
type tail struct{ text []byte }

// kept is how many bytes of a program's messages are kept.
const kept = 4 << 10

func (t *tail) Write(b []byte) (int, error) {
	t.text = append(t.text, b...)
	if excess := len(t.text) - kept; excess > 0 {
		t.text = append(t.text[:0], t.text[excess:]...)
	}
	return len(b), nil
}

// last is the last line that is not blank.
func (t *tail) last() string {
	lines := strings.Split(strings.TrimSpace(string(t.text)), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}
