package crosscheck

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"testing"

	npyplain "github.com/sbinet/npyio"
	"github.com/sbinet/npyio/npz"

	"github.com/alexconv/alexconv/formats/npy"
	"github.com/alexconv/alexconv/ir"
)

func TestNpyioReadsArrays(t *testing.T) {
	for _, shape := range []ir.Shape{{1}, {7}, {2, 3}, {2, 3, 4, 5}, {1, 0}} {
		x := ir.Seeded("x", 1, 3, shape...)
		var file bytes.Buffer
		if err := npy.WriteArray(&file, x); err != nil {
			t.Fatal(err)
		}
		r, err := npyplain.NewReader(&file)
		if err != nil {
			t.Fatal(err)
		}
		if got := ir.Shape(r.Header.Descr.Shape); !got.Equal(shape) || r.Header.Descr.Fortran {
			t.Errorf("%v: npyio reads shape %v, Fortran order %v", shape, got, r.Header.Descr.Fortran)
		}
		var data []float32
		if err := r.Read(&data); err != nil {
			t.Fatal(err)
		}
		if !sameBits(data, x.Data) {
			t.Errorf("%v: npyio reads %v, want %v", shape, data, x.Data)
		}
	}
}

// TestNpyioReadsArchives has the sample alone: npyio takes minutes for a model of
// full size.
func TestNpyioReadsArchives(t *testing.T) {
	g := open(t, models[0].spec)
	path := save(t, g, "x.npz")
	file, err := npz.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	ours, err := npy.ReadNPZ(data, ir.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if keys := file.Keys(); len(keys) != len(ours) || len(ours) == 0 {
		t.Errorf("npyio finds %q, alexconv %d arrays", keys, len(ours))
	}
	written := 0
	for _, n := range g.Nodes {
		for i, p := range n.Params {
			var got []float32
			if err := file.Read(fmt.Sprintf("%s/%d.npy", n.Name, i), &got); err != nil {
				t.Errorf("%s: %v", n.Name, err)
				continue
			}
			if !sameBits(got, p.Data) {
				t.Errorf("parameter %d of %s is not what npyio reads", i, n.Name)
			}
			written++
		}
	}
	if written != len(ours) {
		t.Errorf("%d arrays were compared, the file has %d", written, len(ours))
	}
}

func sameBits(a, b []float32) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if math.Float32bits(a[i]) != math.Float32bits(b[i]) {
			return false
		}
	}
	return true
}
