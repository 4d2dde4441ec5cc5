package onnx

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/alexconv/alexconv/internal/guard"
	"github.com/alexconv/alexconv/ir"
)

// TestMutatedFiles changes a few bytes of good files, which leaves most of
// their structure in place, and wants an error or a graph that survives a
// round trip. It finds what FuzzRead's coarser changes rarely reach.
func TestMutatedFiles(t *testing.T) {
	const rounds = 60
	random := rand.New(rand.NewPCG(1, 2))
	readable := 0
	for _, c := range opCases {
		for _, opset := range []int{10, 13, 18} {
			good := write(t, c.graph(t), WriteOptions{Opset: opset})
			for range rounds {
				src := bytes.Clone(good)
				for range 1 + random.IntN(3) {
					src[random.IntN(len(src))] += byte(1 << random.IntN(8))
				}
				g, err := Read(src, ReadOptions{})
				if err != nil {
					continue
				}
				readable++
				checkSurvives(t, g, opset)
			}
		}
	}
	if readable < 1000 {
		t.Errorf("only %d files were readable: the changes are too coarse to show anything", readable)
	}
}

func checkSurvives(t *testing.T, g *ir.Graph, opset int) {
	t.Helper()
	want := digest(t, g)
	var out bytes.Buffer
	if err := Write(&out, g, WriteOptions{Opset: opset}); err != nil {
		return
	}
	back, err := Read(out.Bytes(), ReadOptions{})
	if err != nil {
		t.Fatalf("what was written does not read: %v", err)
	}
	if got := digest(t, back); got != want {
		t.Errorf("written and read, the digest changes: %v becomes %v", nodes(g), nodes(back))
	}
}

// FuzzRead reads any bytes; a model that reads is valid and survives a round
// trip.
func FuzzRead(f *testing.F) {
	for _, c := range opCases {
		f.Add(write(f, c.graph(f), WriteOptions{Opset: 10 + len(c.name)%12}))
	}
	for _, c := range slices.Concat(foldCases, broadcastCases, rearrangeCases) {
		f.Add(c.f.bytes(f))
	}
	f.Add(torchLRN(func([]*node) {}).bytes(f))
	f.Add(write(f, alexNet(f), WriteOptions{Opset: 7}))
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
