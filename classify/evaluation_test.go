package classify

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/pixels"
	"github.com/alexconv/alexconv/runtime"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// colourNet scores red, green and blue by their averages over 2x2 pixels.
func colourNet() *ir.Graph {
	data, mean := &ir.Value{Name: "data", Blob: "data"}, &ir.Value{Name: "mean", Blob: "mean"}
	w := ir.NewWindow(2, 2)
	return &ir.Graph{
		Nodes: []*ir.Node{
			{Name: "data", Op: &ir.Input{Shape: ir.Shape{1, 3, 2, 2}}, Outputs: []*ir.Value{data}},
			{Name: "mean", Op: &ir.Pool{Kind: ir.Average, Window: w}, Inputs: []*ir.Value{data}, Outputs: []*ir.Value{mean}},
		},
		Outputs: []*ir.Value{mean},
	}
}

var plain = pixels.Preprocess{Order: pixels.RGB, Range: 1, Scale: 1}

// solid is a picture of one colour, of so many pixels a side.
func solid(t testing.TB, c color.NRGBA, side int) Picture {
	t.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			m.Set(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return Picture{Name: fmt.Sprint(c), Read: func() ([]byte, error) { return b.Bytes(), nil }}
}

// samples are pictures of ever darker red, green and blue in turns; every
// fourth has the label of the colour after its own.
func samples(t testing.TB, count int) []Sample {
	var list []Sample
	for i := range count {
		level := uint8(250 - i)
		c := [3]color.NRGBA{{R: level, G: 9, A: 255}, {G: level, B: 9, A: 255}, {B: level, R: 9, A: 255}}[i%3]
		label := i % 3
		if i%4 == 3 {
			label = (label + 1) % 3
		}
		s := Sample{solid(t, c, 2), label}
		s.Name = fmt.Sprintf("%02d.png", i)
		list = append(list, s)
	}
	return list
}

func evaluation(list []Sample, batch int) Evaluation {
	return Evaluation{
		Runner:  Runner{Loader: Loader{Preprocess: plain, Input: ir.Shape{1, 3, 2, 2}}, Batch: batch},
		Graph:   colourNet(),
		Output:  "mean",
		Samples: list,
	}
}

func identity(list []Sample) Identity {
	return Identity{Digest: "d", Engine: "reference", Output: "mean", Preprocess: plain.Record(), List: ListDigest(list), Images: len(list)}
}

// run is the JSON of an evaluation's result.
func run(t *testing.T, e Evaluation) string {
	t.Helper()
	outcomes, classes, err := e.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return text(t, NewResult("m", identity(e.Samples), e.Shard, classes, outcomes))
}

func text(t *testing.T, r *Result) string {
	t.Helper()
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func parse(t *testing.T, text string) *Result {
	t.Helper()
	r, err := ReadResult([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestEvaluationCountsWhatIsRight(t *testing.T) {
	r := parse(t, run(t, evaluation(samples(t, 24), 5)))
	if r.Evaluated != 24 || r.Top1Correct != 18 || r.Top1 != 0.75 || r.Top5Correct != 24 || r.Classes != 3 || !r.Complete {
		t.Errorf("%+v", r)
	}
}

func TestBatchesDoNotShow(t *testing.T) {
	list := samples(t, 23)
	want := run(t, evaluation(list, 1))
	for _, batch := range []int{2, 7, 23, 40} {
		for _, engine := range []runtime.Engine{runtime.Reference, runtime.Fast} {
			e := evaluation(list, batch)
			e.Runner.Engine.Engine = engine
			if d := cmp.Diff(want, run(t, e)); d != "" {
				t.Errorf("%v in batches of %d: %s", engine, batch, d)
			}
		}
	}
}

func TestEvaluationsThatAreRefused(t *testing.T) {
	good := samples(t, 3)
	for _, c := range []struct {
		name   string
		change func(*Evaluation)
		says   string
	}{
		{"a label beyond the classes", func(e *Evaluation) { e.Samples[1].Label = 3 }, `"01.png" has label 3, but output "mean" has 3 classes`},
		{"a shard without pictures", func(e *Evaluation) { e.Shard = Shard{4, 5} }, "shard 4/5 has none of the 3 pictures"},
		{"a damaged picture", func(e *Evaluation) { e.Samples[2].Read = func() ([]byte, error) { return []byte("GIF89a"), nil } }, "02.png: "},
		{"a picture that is gone", func(e *Evaluation) { e.Samples[2].Picture = File("gone.png") }, "gone.png"},
		{"an output that is not there", func(e *Evaluation) { e.Output = "prob" }, `no output "prob"`},
	} {
		e := evaluation(slices.Clone(good), 2)
		c.change(&e)
		if _, _, err := e.Run(context.Background()); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
