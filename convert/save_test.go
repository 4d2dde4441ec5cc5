package convert

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/zoo"
)

func files(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error { _, err := io.WriteString(w, s); return err }
}

func TestFilesAppearTogetherOrNotAtAll(t *testing.T) {
	full := errors.New("no space left")
	canceled, cancel := context.WithCancel(context.Background())
	cancel()
	for _, c := range []struct {
		name    string
		ctx     context.Context
		targets []Target
		want    []string
		err     error
	}{
		{"both", context.Background(), []Target{{Path: "a", Write: text("1")}, {Path: "b", Write: text("2")}}, []string{"a", "b"}, nil},
		{"the second fails", context.Background(), []Target{{Path: "a", Write: text("1")}, {Path: "b", Write: func(io.Writer) error { return full }}}, nil, full},
		{"the folder is missing", context.Background(), []Target{{Path: "a", Write: text("1")}, {Path: "nowhere/b", Write: text("2")}}, nil, os.ErrNotExist},
		{"an interrupt", canceled, []Target{{Path: "a", Write: text(strings.Repeat("x", 1<<20))}}, nil, context.Canceled},
	} {
		dir := t.TempDir()
		for i := range c.targets {
			c.targets[i].Path = filepath.Join(dir, c.targets[i].Path)
		}
		_, err := WriteFiles(c.ctx, c.targets...)
		if !errors.Is(err, c.err) {
			t.Errorf("%s: %v, want %v", c.name, err, c.err)
		}
		if got := files(t, dir); !slices.Equal(got, c.want) {
			t.Errorf("%s: files %q, want %q", c.name, got, c.want)
		}
	}
}

func TestWhatIsThereStaysAfterAFailure(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x")
	if _, err := WriteFiles(context.Background(), Target{Path: path, Write: text("old")}); err != nil {
		t.Fatal(err)
	}
	if _, err := WriteFiles(context.Background(), Target{Path: path, Write: func(w io.Writer) error { io.WriteString(w, "ne"); return io.ErrShortWrite }}); err == nil {
		t.Error("a failed write is no error")
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != "old" {
		t.Errorf("the file holds %q, %v", got, err)
	}
	if _, err := WriteFiles(context.Background(), Target{Path: dir, Write: text("x")}); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("a folder as a target: %v", err)
	}
	if err := RefuseInput(path, []string{filepath.Join(dir, ".", "x")}); err == nil {
		t.Error("the model's own file may be overwritten")
	}
}

func TestWhatMustBeNewIsNotReplaced(t *testing.T) {
	dir := t.TempDir()
	old, other := filepath.Join(dir, "old"), filepath.Join(dir, "other")
	if _, err := WriteFiles(t.Context(), Target{Path: old, Write: text("old")}); err != nil {
		t.Fatal(err)
	}
	meanwhile := func(w io.Writer) error {
		return errors.Join(os.WriteFile(other, []byte("theirs"), 0o600), text("ours")(w))
	}
	for _, c := range []struct {
		name    string
		targets []Target
		want    []string
	}{
		{"there before", []Target{{Path: old, Write: text("new"), New: true}}, []string{"old"}},
		{"the second there before", []Target{{Path: other, Write: text("new"), New: true}, {Path: old, Write: text("new"), New: true}}, []string{"old"}},
		{"there while it was written", []Target{{Path: other, Write: meanwhile, New: true}}, []string{"old", "other"}},
	} {
		_, err := WriteFiles(t.Context(), c.targets...)
		if !errors.Is(err, fs.ErrExist) || !strings.HasSuffix(err.Error(), ": exists; give --force to overwrite") {
			t.Errorf("%s: %v", c.name, err)
		}
		if got := files(t, dir); !slices.Equal(got, c.want) {
			t.Errorf("%s: files %q, want %q", c.name, got, c.want)
		}
	}
	for path, want := range map[string]string{old: "old", other: "theirs"} {
		if got, err := os.ReadFile(path); err != nil || string(got) != want {
			t.Errorf("%s holds %q, %v", path, got, err)
		}
	}
	if _, err := WriteFiles(t.Context(), Target{Path: other, Write: text("replaced")}); err != nil {
		t.Errorf("what need not be new: %v", err)
	}
}

// TestNamesAreTakenBack makes the last name impossible after everything is
// written: a folder has taken it.
func TestNamesAreTakenBack(t *testing.T) {
	for _, hidden := range []bool{false, true} {
		dir := t.TempDir()
		old, fresh, blocked := filepath.Join(dir, "a"), filepath.Join(dir, "b"), filepath.Join(dir, "c")
		if _, err := WriteFiles(t.Context(), Target{Path: old, Write: text("old")}); err != nil {
			t.Fatal(err)
		}
		var list []*staged
		for _, path := range []string{old, fresh, blocked} {
			s, err := stage(Target{Path: path})
			if hidden {
				s.end()
				s, err = stageHidden(Target{Path: path})
			}
			if err == nil {
				_, err = s.file.WriteString("new")
			}
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, s)
		}
		if err := os.Mkdir(blocked, 0o700); err != nil {
			t.Fatal(err)
		}
		err := placeAll(list)
		for _, s := range list {
			s.end()
		}
		var inFile *FileError
		if !errors.As(err, &inFile) || inFile.Path != blocked {
			t.Errorf("hidden %v: %v", hidden, err)
		}
		if got, err := os.ReadFile(old); err != nil || string(got) != "old" {
			t.Errorf("hidden %v: the first holds %q, %v", hidden, got, err)
		}
		if got := files(t, dir); !slices.Equal(got, []string{"a", "c"}) {
			t.Errorf("hidden %v: files %q", hidden, got)
		}
	}
}

func TestHiddenFilesServeWhereUnnamedOnesAreNot(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x")
	for _, c := range []struct {
		content string
		isNew   bool
		ok      bool
	}{{"1", true, true}, {"2", true, false}, {"3", false, true}} {
		s, err := stageHidden(Target{Path: path, New: c.isNew})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.file.WriteString(c.content); err != nil {
			t.Fatal(err)
		}
		if err := placeAll([]*staged{s}); (err == nil) != c.ok {
			t.Errorf("%s: %v", c.content, err)
		}
		s.end()
		if got := files(t, dir); !slices.Equal(got, []string{"x"}) {
			t.Errorf("%s: files %q", c.content, got)
		}
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != "3" {
		t.Errorf("the file holds %q, %v", got, err)
	}
}

func TestFormatsByName(t *testing.T) {
	for name, want := range map[string][]Format{
		"x.onnx":                  {ONNX},
		"X.ONNX":                  {ONNX},
		"x.prototxt+x.caffemodel": {Prototxt, Caffemodel},
		"x.torch.py":              {Torch},
		"x.py":                    {Keras},
		"x.pb":                    {GraphDef},
	} {
		if got, err := Formats(name, ""); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v, %v, want %v", name, got, err, want)
		}
	}
	for _, name := range []string{"x", "x.tar", "x.onnx+", ""} {
		if _, err := Formats(name, ""); err == nil {
			t.Errorf("%q names a format", name)
		}
	}
	if _, err := ParseFormat("onxx"); err == nil || !strings.Contains(err.Error(), "want prototxt, caffemodel, hdf5, onnx") {
		t.Errorf("an unknown format: %v", err)
	}
}

func TestPasses(t *testing.T) {
	net, err := zoo.Find("tf_alexnet")
	if err != nil {
		t.Fatal(err)
	}
	g := net.Build()
	batched, err := WithBatch(g, 7)
	if err != nil {
		t.Fatal(err)
	}
	shapes, err := batched.Infer(nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := shapes[batched.Outputs[0]]; got[0] != 7 {
		t.Errorf("the output is %v for a batch of 7", got)
	}
	if _, err := WithBatch(g, 0); !errors.Is(err, ir.ErrInvalid) {
		t.Errorf("a batch of 0: %v", err)
	}

	resolved, err := ResolvePadding(g)
	if err != nil {
		t.Fatal(err)
	}
	conv1 := resolved.Nodes[1].Op.(*ir.Conv)
	if conv1.Same != ir.Explicit || !slices.Equal(conv1.PadBegin, []int{4, 4}) || !slices.Equal(conv1.PadEnd, []int{4, 4}) {
		t.Errorf("conv1 is resolved to %v %v, %v", conv1.PadBegin, conv1.PadEnd, conv1.Same)
	}
	if g.Nodes[1].Op.(*ir.Conv).Same != ir.SameUpper {
		t.Error("the pass changed its input")
	}
}
