package conformance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alexconv/alexconv/classify"
	"github.com/alexconv/alexconv/convert"
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/pixels"
	"github.com/alexconv/alexconv/runtime"
)

// mnistFolder writes the MNIST test images as PNG files and gives the list of
// their labels.
func mnistFolder(t *testing.T, mnist string) (dir, list string) {
	t.Helper()
	const side = 28
	dir = t.TempDir()
	images := readIDX(t, filepath.Join(mnist, "t10k-images-idx3-ubyte.gz"), 16)
	var lines strings.Builder
	for i, label := range readIDX(t, filepath.Join(mnist, "t10k-labels-idx1-ubyte.gz"), 8) {
		name := fmt.Sprintf("%05d.png", i)
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		picture := &image.Gray{Pix: images[i*side*side:][:side*side], Stride: side, Rect: image.Rect(0, 0, side, side)}
		encoder := png.Encoder{CompressionLevel: png.BestSpeed}
		if err := errors.Join(encoder.Encode(f, picture), f.Close()); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&lines, "%s %d\n", name, label)
	}
	return dir, lines.String()
}

// TestEvaluationOfMNIST: LeNet over the 10,000 images as a folder of pictures
// is right 9,914 times, as Caffe is; in one piece, in four shards merged, and
// interrupted and resumed.
func TestEvaluationOfMNIST(t *testing.T) {
	folder := lenetFolder(t)
	m, err := convert.Open(filepath.Join(folder, "deploy.prototxt")+"+"+filepath.Join(folder, "weights.caffemodel"), convert.OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	dir, text := mnistFolder(t, filepath.Join(folder, "mnist"))
	samples, err := classify.ReadList(dir, text, nil)
	if err != nil {
		t.Fatal(err)
	}
	p, err := pixels.Preset(pixels.Family(m.Graph))
	if err != nil {
		t.Fatal(err)
	}
	e := classify.Evaluation{
		Runner: classify.Runner{
			Engine: runtime.Options{Engine: runtime.Fast, Resident: true},
			Loader: classify.Loader{Preprocess: p, Input: ir.Shape{1, 1, 28, 28}},
			Batch:  64,
		},
		Graph:   m.Graph,
		Output:  "prob",
		Samples: samples,
	}
	id := classify.Identity{Digest: "lenet", Output: "prob", Preprocess: p.Record(), List: classify.ListDigest(samples), Images: len(samples)}
	result := func(e classify.Evaluation) *classify.Result {
		outcomes, classes, err := e.Run(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		return classify.NewResult("lenet", id, e.Shard, classes, outcomes)
	}

	whole := result(e)
	if whole.Top1 != 0.9914 || whole.Evaluated != 10000 || !whole.Complete {
		t.Errorf("top-1 %v of %d, Caffe has 0.9914 of 10000", whole.Top1, whole.Evaluated)
	}
	var shards []*classify.Result
	for i := range 4 {
		e.Shard = classify.Shard{Index: i, Of: 4}
		shards = append(shards, result(e))
	}
	merged, err := classify.Merge(shards)
	if err != nil {
		t.Fatal(err)
	}
	sameResult(t, "merged", merged, whole)
	e.Shard = classify.Shard{}
	sameResult(t, "resumed", resumed(t, e, id), whole)
}

// resumed is the result of an evaluation that is interrupted once.
func resumed(t *testing.T, e classify.Evaluation, id classify.Identity) *classify.Result {
	t.Helper()
	path := filepath.Join(t.TempDir(), "state")
	for _, stop := range []bool{true, false} {
		state, err := classify.OpenState(path, id)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		e.State = state
		e.Progress = func(done, _ int) {
			if stop && done >= 3000 {
				cancel()
			}
		}
		outcomes, classes, err := e.Run(ctx)
		cancel()
		if closeErr := state.Close(); closeErr != nil {
			t.Fatal(closeErr)
		}
		switch {
		case stop && (!errors.Is(err, context.Canceled) || state.Len() < 3000 || state.Len() > 4000):
			t.Fatalf("interrupted with %d outcomes: %v", state.Len(), err)
		case !stop && err != nil:
			t.Fatal(err)
		case !stop:
			return classify.NewResult("lenet", id, e.Shard, classes, outcomes)
		}
	}
	return nil
}

func sameResult(t *testing.T, name string, got, want *classify.Result) {
	t.Helper()
	g, errGot := json.Marshal(got)
	w, errWant := json.Marshal(want)
	if errGot != nil || errWant != nil || string(g) != string(w) {
		t.Errorf("%s: %s, want %s", name, g, w)
	}
}
