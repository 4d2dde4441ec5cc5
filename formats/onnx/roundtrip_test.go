package onnx

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/alexconv/alexconv/ir"
)

// description is all of a node that a round trip restores.
func description(n *ir.Node) string {
	text := fmt.Sprintf("%s %q %v", n.Op.Type(), n.Name, ir.Attributes(n.Op))
	if p, ok := n.Op.(*ir.Pool); ok {
		text = fmt.Sprintf("%s %q %v", n.Op.Type(), n.Name, ir.Attributes(ir.Canonical(p, nil)))
	}
	for _, v := range n.Inputs {
		text += fmt.Sprintf(" <%s", v.Name)
	}
	for _, v := range n.Outputs {
		text += fmt.Sprintf(" >%s[%s]", v.Name, v.Blob)
	}
	for _, p := range n.Params {
		text += fmt.Sprintf(" %s:%v", p.Name, p.Shape)
	}
	return text
}

func descriptions(g *ir.Graph) []string {
	var list []string
	for _, n := range g.Nodes {
		list = append(list, description(n))
	}
	return list
}

// checkRoundTrip writes and reads a graph and compares digest and layers.
func checkRoundTrip(t *testing.T, g *ir.Graph, o WriteOptions) *ir.Graph {
	t.Helper()
	src := write(t, g, o)
	if !Detect(src) {
		t.Error("Detect does not know what Write wrote")
	}
	back := read(t, src)
	if got, want := digest(t, back), digest(t, g); got != want {
		t.Errorf("digest %s, want %s", got, want)
	}
	if diff := cmp.Diff(descriptions(g), descriptions(back)); diff != "" {
		t.Errorf("layers differ (-written +read):\n%s", diff)
	}
	if !bytes.Equal(src, write(t, g, o)) {
		t.Error("writing twice gives different bytes")
	}
	return back
}

// opsetLimit is the oldest opset that has a form for a case.
func opsetLimit(c opCase) int {
	switch o := c.op.(type) {
	case *ir.Pool:
		if !o.Global && slices.Max(o.Dilation) > 1 {
			return 10
		}
		if o.Mask {
			return 8
		}
	}
	return OldestWrite
}

func TestRoundTripOfEveryOperation(t *testing.T) {
	for _, c := range opCases {
		t.Run(c.name, func(t *testing.T) {
			for opset := OldestWrite; opset <= NewestOpset; opset++ {
				t.Run(fmt.Sprint(opset), func(t *testing.T) {
					if opset < opsetLimit(c) {
						err := Write(&bytes.Buffer{}, c.graph(t), WriteOptions{Opset: opset})
						if !errors.Is(err, ir.ErrUnsupported) {
							t.Fatalf("Write: %v, want an unsupported operation", err)
						}
						return
					}
					checkRoundTrip(t, c.graph(t), WriteOptions{Opset: opset})
				})
			}
		})
	}
}

func TestRoundTripOfANet(t *testing.T) {
	for opset := OldestWrite; opset <= NewestOpset; opset++ {
		t.Run(fmt.Sprint(opset), func(t *testing.T) {
			g := alexNet(t)
			checkRoundTrip(t, g, WriteOptions{Opset: opset})
			checkRoundTrip(t, g, WriteOptions{Opset: opset, Digest: digest(t, g), Version: "1.0"})
		})
	}
}
