//go:build unix

package runner

import (
	"context"
	"errors"
	"os/exec"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/alexconv/alexconv/formats/npy"
	"github.com/alexconv/alexconv/ir"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func runShell(t *testing.T, ctx context.Context, script string, timeout time.Duration) ([]npy.NamedTensor, error) {
	t.Helper()
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("sh is absent")
	}
	command, err := Parse("sh -c '" + script + "' sh {model} {inputs} {outputs}")
	if err != nil {
		t.Fatal(err)
	}
	in := []npy.NamedTensor{{Name: "data", Tensor: &ir.Tensor{Shape: ir.Shape{2}, Data: []float32{1, 2}}}}
	return command.Run(ctx, "net.onnx", in, timeout)
}

func TestInputsComeAndOutputsGo(t *testing.T) {
	got, err := runShell(t, context.Background(), `cp "$2" "$3"`, 0)
	if err != nil || len(got) != 1 || got[0].Name != "data" || got[0].Tensor.Data[1] != 2 {
		t.Errorf("%v, %v", got, err)
	}
}

func TestFailuresSayWhatHappened(t *testing.T) {
	cases := []struct{ name, script, want string }{
		{"an exit code", "echo out; echo one >&2; echo two >&2; exit 3", "exit status 3; it said: two"},
		{"an exit code with words on stdout only", "echo out; exit 4", "exit status 4; it said: out"},
		{"a signal", "kill -9 $$", "signal: killed"},
		{"no outputs", "true", "wrote no {outputs} file"},
		{"outputs that are no archive", `echo x >"$3"`, "its {outputs} file is not readable: npz"},
		{"no end", "sleep 60", "no end after 200ms"},
		{"a program that leaves another one behind", "sleep 60 & wait", "no end after 200ms"},
	}
	for _, c := range cases {
		begun := time.Now()
		timeout := DefaultTimeout
		if strings.HasPrefix(c.want, "no end") {
			timeout = 200 * time.Millisecond
		}
		_, err := runShell(t, context.Background(), c.script, timeout)
		var failure *Failure
		if !errors.As(err, &failure) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
		if spent := time.Since(begun); spent > 30*time.Second {
			t.Errorf("%s: it took %v", c.name, spent)
		}
	}
}

func TestWhatIsSaidIsBounded(t *testing.T) {
	var said tail
	for range 10000 {
		if _, err := said.Write([]byte("a line of many\n")); err != nil {
			t.Fatal(err)
		}
	}
	if len(said.text) > kept || said.last() != "a line of many" {
		t.Errorf("%d bytes, %q", len(said.text), said.last())
	}
}

func TestAnInterruptEndsTheProgram(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(100*time.Millisecond, cancel)
	if _, err := runShell(t, ctx, "sleep 60", 0); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestAProgramThatIsNotThere(t *testing.T) {
	command, err := Parse("no-such-program {inputs} {outputs}")
	if err != nil {
		t.Fatal(err)
	}
	var failure *Failure
	if _, err := command.Run(context.Background(), "m", nil, 0); !errors.As(err, &failure) || !strings.Contains(failure.What, "cannot be started") {
		t.Errorf("got %v", err)
	}
}
