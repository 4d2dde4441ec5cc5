package npy

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alexconv/alexconv/formats/internal/strided"
	"github.com/alexconv/alexconv/ir"
)

// python is an interpreter that has numpy.
func python(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(name, "-c", "import numpy").Run() == nil {
			return name
		}
	}
	t.Skip("no python3 with numpy here")
	return ""
}

// dump is a program that prints every array of the files it is given: key,
// dtype, shape, order and the bits of the elements in C order.
const dump = `
import sys
import numpy as np
def show(key, a):
    order = "F" if a.flags.f_contiguous and not a.flags.c_contiguous else "C"
    bits = np.ascontiguousarray(a).view("<u4").ravel()
    print(key, a.dtype.str, list(a.shape), order, " ".join("%x" % b for b in bits), sep="|")
for path in sys.argv[2:]:
    x = np.load(path, allow_pickle=True, encoding=sys.argv[1])
    if path.endswith(".npz"):
        for key in x.files:
            show(key, x[key])
    elif x.dtype != object:
        show("", x)
    else:
        for layer, entry in x.item().items():
            pairs = entry.items() if isinstance(entry, dict) else enumerate(entry)
            for role, a in pairs:
                show("%s/%s" % (layer, role), a)
`

type namedFile struct {
	name string
	data []byte
}

// runDump writes the files and gives dump's output for all of them.
func runDump(t *testing.T, python, encoding string, files []namedFile) string {
	t.Helper()
	dir := t.TempDir()
	args := []string{"-W", "error", "-c", dump, encoding}
	for _, f := range files {
		path := filepath.Join(dir, f.name)
		if err := os.WriteFile(path, f.data, 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, path)
	}
	out, err := exec.Command(python, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("numpy: %v\n%s", err, out)
	}
	return string(out)
}

// line is what dump prints for a float32 array whose elements v has in order.
func line(t *testing.T, key string, shape ir.Shape, order string, v strided.View) string {
	dims := make([]string, len(shape))
	for i, d := range shape {
		dims[i] = fmt.Sprint(d)
	}
	var bits []string
	for _, word := range pack(t, v) {
		raw := ir.BytesOf([]float32{word})
		bits = append(bits, fmt.Sprintf("%x", uint32(raw[0])|uint32(raw[1])<<8|uint32(raw[2])<<16|uint32(raw[3])<<24))
	}
	return fmt.Sprintf("%s|<f4|[%s]|%s|%s\n", key, strings.Join(dims, ", "), order, strings.Join(bits, " "))
}

// TestNumpyReadsWeights loads what this package writes with numpy under every
// encoding. A plain transpose is column-major, as caffe-tensorflow has it.
func TestNumpyReadsWeights(t *testing.T) {
	python := python(t)
	g := smallWeights()
	layers, err := writable(g, dictLayers)
	if err != nil {
		t.Fatal(err)
	}
	var files []namedFile
	var want strings.Builder
	for form, data := range everyForm(t, g) {
		if form == "npz" {
			files = append(files, namedFile{form + ".npz", data})
			for _, n := range g.Nodes {
				for i, p := range n.Params {
					want.WriteString(line(t, fmt.Sprintf("%s/%d", n.Name, i), p.Shape, "C", strided.COrder(p.Data, p.Shape)))
				}
			}
			continue
		}
		files = append(files, namedFile{form + ".npy", data})
		for _, l := range layers {
			for i, s := range l.slots {
				key, order := l.name+"/"+s.role, "C"
				if strings.HasPrefix(form, "list") {
					key = fmt.Sprintf("%s/%d", l.name, i)
				}
				if l.name == "fc2" && s.role == roleWeights {
					order = "F"
				}
				want.WriteString(line(t, key, s.layout.shape(s.shape), order, s.view()))
			}
		}
	}
	for _, encoding := range []string{"ASCII", "latin1", "bytes"} {
		if got := runDump(t, python, encoding, files); got != want.String() {
			t.Errorf("under %s numpy has\n%s\nwant\n%s", encoding, got, want.String())
		}
	}
}

// TestNumpyReadsPlain loads a plain array and an archive of plain arrays.
func TestNumpyReadsPlain(t *testing.T) {
	python := python(t)
	want := ir.Seeded("x", 1, 1, 2, 3)
	var plain, stored, deflated bytes.Buffer
	if err := WriteArray(&plain, want); err != nil {
		t.Fatal(err)
	}
	for compress, b := range map[bool]*bytes.Buffer{false: &stored, true: &deflated} {
		z := NewNPZWriter(b)
		z.Deflate = compress
		if err := z.Write("inc/out", want); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
	}
	v := strided.COrder(want.Data, want.Shape)
	expected := line(t, "", want.Shape, "C", v) + strings.Repeat(line(t, "inc/out", want.Shape, "C", v), 2)
	got := runDump(t, python, "ASCII", []namedFile{
		{"x.npy", plain.Bytes()}, {"stored.npz", stored.Bytes()}, {"deflated.npz", deflated.Bytes()},
	})
	if got != expected {
		t.Errorf("numpy has\n%s\nwant\n%s", got, expected)
	}
}

// TestNumpyMadeFixtures holds the committed files against what the script
// makes now, so that neither drifts from the other.
func TestNumpyMadeFixtures(t *testing.T) {
	python := python(t)
	out, err := exec.Command(python, "-c", "import numpy, sys; print(sys.version[:4], numpy.__version__[:4])").Output()
	if err != nil || string(out) != "3.11 1.24\n" {
		t.Skipf("the fixtures were made by Python 3.11 and numpy 1.24, here is %s", out)
	}
	source := filepath.Join("..", "..", "testdata", "npy")
	script, err := os.ReadFile(filepath.Join(source, "make.py"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "make.py"), script, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(python, filepath.Join(dir, "make.py")).CombinedOutput(); err != nil {
		t.Fatalf("make.py: %v\n%s", err, out)
	}
	made, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	committed, err := os.ReadDir(source)
	if err != nil {
		t.Fatal(err)
	}
	if len(made) != len(committed) {
		t.Errorf("make.py makes %d files, %d are committed", len(made)-1, len(committed)-1)
	}
	for _, f := range made {
		// Other builds of the compressors give other bytes.
		if f.Name() == "deflated.npz" || f.Name() == "bzip2.npz" {
			continue
		}
		want, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(fixture(t, f.Name()), want) {
			t.Errorf("%s is not what make.py makes", f.Name())
		}
	}
}
