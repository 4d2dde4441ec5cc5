package conformance

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/alexconv/alexconv/"

// rooms lists, by folder, what of this module the folder's code may import. A
// folder inherits from the nearest one above it that is listed.
var rooms = map[string][]string{
	"ir":                       {},
	"pixels":                   {"ir"},
	"classify":                 {"ir", "pixels", "runtime"},
	"sample":                   {},
	"zoo":                      {"ir"},
	"formats/caffe":            {"ir", "formats/internal/hdf5", "formats/internal/wire"},
	"formats/onnx":             {"ir", "formats/internal/mark", "formats/internal/wire"},
	"formats/tf":               {"ir", "formats/internal/mark", "formats/internal/strided", "formats/internal/wire"},
	"formats/code":             {"ir"},
	"formats/npy":              {"ir", "formats/internal/strided"},
	"formats/internal/hdf5":    {"ir"},
	"formats/internal/strided": {"ir"},
	"formats/internal/wire":    {"ir"},
	"formats/internal/mark":    {"ir", "formats/internal/wire"},
	"runtime":                  {"ir", "runtime/internal/kernel"},
	"runtime/internal/kernel":  {},
	"draw":                     {"ir"},
	"weights":                  {"ir"},
	"verify":                   {"ir", "runtime", "draw", "weights"},
	"check":                    {"ir"},
	"convert":                  {"ir", "check", "zoo", "formats/caffe", "formats/code", "formats/onnx", "formats/npy", "formats/tf"},
	"conformance":              {},
	"conformance/hostile":      {},
	"internal/guard":           {},
	"internal/licence":         {},
	"golden":                   {"ir", "formats/npy"},
	"runner":                   {"ir", "formats/npy"},
	"cmd/alexconv":             {"ir", "golden", "runner", "internal/licence", "zoo", "sample", "pixels", "classify", "convert", "draw", "weights", "verify", "runtime", "formats/caffe", "formats/npy"},
}

// flagPackages may be imported under cmd only.
var flagPackages = []string{"flag", "github.com/spf13/cobra", "github.com/spf13/pflag"}

func TestDependenciesPointDownwards(t *testing.T) {
	files := 0
	err := filepath.WalkDir("..", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && name != ".." && (strings.HasPrefix(entry.Name(), ".") || strings.HasPrefix(entry.Name(), "_") ||
			exists(filepath.Join(name, "go.mod")) || entry.Name() == "node_modules" || entry.Name() == "testdata") {
			return fs.SkipDir
		}
		if strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			files++
			checkImports(t, filepath.ToSlash(name))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 50 {
		t.Errorf("only %d files were looked at", files)
	}
}

func checkImports(t *testing.T, name string) {
	folder := strings.TrimPrefix(path.Dir(name), "../")
	room := folder
	for room != "." && rooms[room] == nil {
		room = path.Dir(room)
	}
	allowed, ok := rooms[room]
	if !ok {
		t.Errorf("%s: folder %s is in no room of the architecture", name, folder)
		return
	}
	parsed, err := parser.ParseFile(token.NewFileSet(), filepath.FromSlash(name), nil, parser.ImportsOnly)
	if err != nil {
		t.Error(err)
		return
	}
	for _, spec := range parsed.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Error(err)
			continue
		}
		switch inner, own := strings.CutPrefix(imported, module); {
		case own && !slices.Contains(allowed, inner):
			t.Errorf("%s imports %s: %s may import %v", name, inner, room, allowed)
		case !own && room == "ir" && strings.Contains(imported, "."):
			t.Errorf("%s imports %s: ir imports the standard library only", name, imported)
		case slices.Contains(flagPackages, imported) && !strings.HasPrefix(folder, "cmd/"):
			t.Errorf("%s imports %s: only cmd reads flags", name, imported)
		}
	}
}
