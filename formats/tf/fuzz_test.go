package tf

import (
	"bytes"
	"testing"

	"github.com/alexconv/alexconv/internal/guard"
	"github.com/alexconv/alexconv/ir"
)

// FuzzRead reads any bytes; a model that reads is valid and survives a round
// trip.
func FuzzRead(f *testing.F) {
	for _, c := range opCases {
		if _, ok := refused[c.name]; !ok {
			f.Add(write(f, c.graph(f), WriteOptions{}))
		}
	}
	f.Add(write(f, alexNet(f), WriteOptions{}))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, src []byte) {
		var g *ir.Graph
		var err error
		guard.Read(t, src, func() { g, err = Read(src, ReadOptions{}) })
		if err != nil {
			return
		}
		if _, err := g.Validate(); err != nil {
			t.Fatalf("Read gave a graph that is not valid: %v", err)
		}
		if g.Weights() > 1<<22 {
			return // a repeated value; hashing it would take the time of other inputs
		}
		want, err := ir.Digest(g)
		if err != nil {
			t.Fatalf("Read gave a graph without a digest: %v", err)
		}
		var out bytes.Buffer
		if Write(&out, g, WriteOptions{}) != nil {
			return
		}
		back, err := Read(out.Bytes(), ReadOptions{})
		if err != nil {
			t.Fatalf("what was written does not read: %v", err)
		}
		if got, err := ir.Digest(back); got != want {
			t.Fatalf("written and read, the digest %s becomes %s (%v)", want, got, err)
		}
	})
}
