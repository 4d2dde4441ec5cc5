package caffe

import (
	"bytes"
	"testing"

	"github.com/alexconv/alexconv/ir"
)

func write(t *testing.T, g *ir.Graph) (prototxt, weights []byte) {
	t.Helper()
	text, model, err := Write(g)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	n, err := model.WriteTo(&b)
	if err != nil || n != model.Size() || n != int64(b.Len()) {
		t.Fatalf("wrote %d bytes of %d: %v", n, model.Size(), err)
	}
	return text, b.Bytes()
}

func digest(t *testing.T, g *ir.Graph) string {
	t.Helper()
	d, err := ir.Digest(g)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestWhatIsWrittenReadsBackTheSame(t *testing.T) {
	for _, name := range cases(t, false) {
		t.Run(name, func(t *testing.T) {
			g := readFixture(t, name)
			text, weights := write(t, g)
			again, err := readModel(text, weights, ReadOptions{})
			if err != nil {
				t.Fatalf("%v in\n%s", err, text)
			}
			if digest(t, again) != digest(t, g) {
				t.Errorf("the digest changed, written as\n%s", text)
			}
			alone, err := readModel(weights, weights, ReadOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if digest(t, alone) != digest(t, g) {
				t.Error("the caffemodel alone gives another digest")
			}
			text2, weights2 := write(t, again)
			if !bytes.Equal(text, text2) || !bytes.Equal(weights, weights2) {
				t.Errorf("written again it differs:\n%s\n%s", text, text2)
			}
		})
	}
}
