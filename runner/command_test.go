package runner

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/alexconv/alexconv/ir"
)

func TestWordsAreSplitAsAShellDoes(t *testing.T) {
	cases := []struct {
		name, line string
		want       []string
	}{
		{"spaces", " a  b\tc\n", []string{"a", "b", "c"}},
		{"single quotes keep everything", `'a b\c"$x'd`, []string{`a b\c"$xd`}},
		{"double quotes keep all but escapes", `"a b\"\\\$\n"`, []string{`a b"\$\n`}},
		{"a backslash keeps a space", `a\ b`, []string{"a b"}},
		{"an empty word", `a '' b`, []string{"a", "", "b"}},
		{"words that touch", `a"b"'c'`, []string{"abc"}},
		{"no variables, patterns or pipes", "$HOME *.x | >y", []string{"$HOME", "*.x", "|", ">y"}},
		{"letters beyond ASCII", "größe 'ä ö'", []string{"größe", "ä ö"}},
		{"nothing", "", nil},
	}
	for _, c := range cases {
		got, err := split(c.line)
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", c.name, err, diff)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	cases := []struct{ name, line, want string }{
		{"no program", "  ", "there is no program"},
		{"no inputs", "x {outputs}", "there is no {inputs}"},
		{"no outputs", "x {inputs}", "there is no {outputs}"},
		{"an open quote", "x {inputs} 'y {outputs}", "the quote at character 12 has no end"},
		{"a last backslash", `x {inputs} {outputs} \`, "nothing follows"},
	}
	for _, c := range cases {
		if _, err := Parse(c.line); !errors.Is(err, ir.ErrInvalid) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestPlaceholders(t *testing.T) {
	cases := []struct {
		name, line, model string
		want              []string
	}{
		{"a model", "x {model} {inputs} {outputs}", "my net.onnx", []string{"x", "my net.onnx", "IN", "OUT"}},
		{"two files", "x -t={topology} -w={weights} {inputs} {outputs}", "a.prototxt+b.caffemodel", []string{"x", "-t=a.prototxt", "-w=b.caffemodel", "IN", "OUT"}},
		{"a name that looks like a placeholder", "x {model} {inputs} {outputs}", "{inputs}", []string{"x", "{inputs}", "IN", "OUT"}},
		{"two files as one", "x {model} {inputs} {outputs}", "a+b", []string{"x", "a+b", "IN", "OUT"}},
	}
	for _, c := range cases {
		command, err := Parse(c.line)
		if err == nil {
			err = command.Check(c.model)
		}
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if diff := cmp.Diff(c.want, command.filled(c.model, "IN", "OUT")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
	command, err := Parse("x {topology} {inputs} {outputs}")
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Check("net.onnx"); !errors.Is(err, ir.ErrInvalid) {
		t.Errorf("the topology of one file: %v", err)
	}
}

func TestProgramIsTheLineUpToAPlaceholder(t *testing.T) {
	for line, want := range map[string]string{"python3 run.py {model} {inputs} {outputs}": "python3 run.py", "{inputs}x {outputs}": "{inputs}x"} {
		command, err := Parse(line)
		if err != nil || command.Program() != want {
			t.Errorf("%s: %q, %v", line, command.Program(), err)
		}
	}
}
