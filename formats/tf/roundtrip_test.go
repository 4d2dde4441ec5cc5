package tf

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/alexconv/alexconv/ir"
)

// description is all of a node that a round trip restores.
func description(n *ir.Node) string {
	op := n.Op
	if p, ok := n.Op.(*ir.Pool); ok {
		op = ir.Canonical(p, nil)
	}
	text := fmt.Sprintf("%s %q %v", op.Type(), n.Name, ir.Attributes(op))
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
	for _, v := range g.Outputs {
		list = append(list, "output "+v.Name)
	}
	return append(list, "model "+g.Name)
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
	if again := write(t, back, o); !bytes.Equal(src, again) {
		t.Error("what was read is written otherwise")
	}
	return back
}

// refused says why TensorFlow has no form for a case.
var refused = map[string]string{
	"conv over one axis":                               "Conv2D needs a batch",
	"conv over three axes":                             "Conv2D needs a batch",
	"conv from axis 2 on":                              "Conv2D needs a batch",
	"conv from axis 0 on":                              "Conv2D needs a batch",
	"max pool, dilated":                                "no dilation",
	"max pool, dilated and padded":                     "no dilation",
	"max pool over one axis":                           "images of 4 axes",
	"average pool that does not count pads":            "cannot divide by the windows",
	"average pool with an overhang":                    "cannot divide by the windows",
	"average pool with pads and an overhang":           "cannot divide by the windows",
	"average pool with pads uncounted and an overhang": "cannot divide by the windows",
	"lrn across an even window":                        "even size, this is 4",
	"lrn in place":                                     "Caffe's LRN in place",
	"batch norm of columns":                            "an image of 4 axes",
	"batch norm of one axis":                           "an image of 4 axes",
	"batch norm by its own statistics":                 "the batch's own statistics",
	"batch norm of one axis by its own statistics":     "the batch's own statistics",
	"scale from axis 2 on":                             "one value per channel",
	"bias from axis 2 on":                              "one value per channel",
	"bias by a second input":                           "sum with a smaller value",
	"elu with an alpha":                                "an alpha of 1, this is 0.3",
	"exp to base 2":                                    "exponential with factors",
	"log with a shift":                                 "logarithm with factors or a shift",
	"log to base 2":                                    "logarithm with factors or a shift",
	"scale by a second input":                          "scale by another value",
	"scale by a second input, with bias":               "scale by another value",
	"scale by a second input on the last axes":         "scale by another value",
	"scale by a second input of one shape":             "scale by another value",
	"scale by a second input without axes":             "scale by another value",
	"max pool with a mask":                             "the places of the maxima",
	"max pool in place":                                "Caffe's pooling in place",
	"lrn within":                                       "within a channel",
}

func TestRoundTripOfEveryOperation(t *testing.T) {
	for _, c := range opCases {
		t.Run(c.name, func(t *testing.T) {
			if want, ok := refused[c.name]; ok {
				var out bytes.Buffer
				err := Write(&out, c.graph(t), WriteOptions{})
				if !errors.Is(err, ir.ErrUnsupported) || !strings.HasPrefix(err.Error(), `layer "layer": `) || !strings.Contains(err.Error(), want) || out.Len() > 0 {
					t.Fatalf("Write: %v, want %q", err, want)
				}
				return
			}
			checkRoundTrip(t, c.graph(t), WriteOptions{})
		})
	}
}

func TestRoundTripOfANet(t *testing.T) {
	checkRoundTrip(t, alexNet(t), WriteOptions{})
}
