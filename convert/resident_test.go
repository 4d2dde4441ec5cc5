package convert

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/sample"
)

func TestResidentWeightsAreTheSame(t *testing.T) {
	dir := t.TempDir()
	topology, weights := filepath.Join(dir, "x.prototxt"), filepath.Join(dir, "x.caffemodel")
	for path, data := range map[string][]byte{topology: sample.Prototxt, weights: sample.Caffemodel} {
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var digests []string
	for _, resident := range []bool{false, true} {
		m, err := Open(topology+"+"+weights, OpenOptions{Resident: resident})
		if err != nil {
			t.Fatal(err)
		}
		defer m.Close()
		f := m.files[1]
		if mapped := f.handle != nil; mapped == resident || f.path != weights {
			t.Errorf("resident %v: %s is mapped %v", resident, f.path, mapped)
		}
		digest, err := ir.Digest(m.Graph)
		if err != nil {
			t.Fatal(err)
		}
		digests = append(digests, digest)
		if !resident {
			continue
		}
		// What happens to the file no longer matters.
		if err := os.Truncate(weights, 0); err != nil {
			t.Fatal(err)
		}
		if again, err := ir.Digest(m.Graph); err != nil || again != digest {
			t.Errorf("after the file was emptied the digest is %s, %v", again, err)
		}
	}
	if digests[0] != digests[1] {
		t.Errorf("mapped %s, resident %s", digests[0], digests[1])
	}
}
