package conformance

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/alexconv/alexconv/convert"
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime"
	"github.com/alexconv/alexconv/sample"
)

// written is what one goroutine makes of the sample: the bytes of every format
// and the outputs of both engines.
type written struct {
	files   map[string][]byte
	outputs map[string][]float32
}

// TestEightAtOnce converts and runs one open model, and one opened anew, in
// eight goroutines, which must give what a single one gives. Under the race
// detector it also holds that nothing is shared that should not be.
func TestEightAtOnce(t *testing.T) {
	dir := t.TempDir()
	spec := in(dir, "deploy.prototxt+weights.caffemodel")
	for path, data := range map[string][]byte{"deploy.prototxt": sample.Prototxt, "weights.caffemodel": sample.Caffemodel} {
		if err := os.WriteFile(filepath.Join(dir, path), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	shared := open(t, spec)
	plans := make(map[runtime.Engine]*runtime.Plan)
	for _, engine := range []runtime.Engine{runtime.Reference, runtime.Fast} {
		p, err := runtime.Compile(shared.Graph, runtime.Options{Engine: engine, Threads: 2})
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		plans[engine] = p
	}
	want, err := work(t.Context(), shared, plans, filepath.Join(dir, "alone"))
	if err != nil {
		t.Fatal(err)
	}
	var group errgroup.Group
	for i := range 8 {
		group.Go(func() error {
			m := shared
			if i%2 == 1 {
				own, err := convert.OpenContext(t.Context(), spec, convert.OpenOptions{})
				if err != nil {
					return err
				}
				defer own.Close()
				m = own
			}
			got, err := work(t.Context(), m, plans, filepath.Join(dir, fmt.Sprint(i)))
			if err != nil {
				return err
			}
			return want.equal(got)
		})
	}
	if err := group.Wait(); err != nil {
		t.Error(err)
	}
}

// work writes the model in every format and runs the shared plans.
func work(ctx context.Context, m *convert.Model, plans map[runtime.Engine]*runtime.Plan, dir string) (*written, error) {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	w := &written{make(map[string][]byte), make(map[string][]float32)}
	for _, out := range []string{"x.onnx", "x.npy", "x.npz", "x.pb", "x.prototxt+x.caffemodel", "y.py", "z.torch.py"} {
		outputs, err := convert.Save(ctx, m.Graph, in(dir, out), convert.SaveOptions{Source: m})
		if err != nil {
			return nil, err
		}
		for _, o := range outputs {
			if w.files[filepath.Base(o.Path)], err = os.ReadFile(o.Path); err != nil {
				return nil, err
			}
		}
	}
	digest, err := ir.Digest(m.Graph)
	if err != nil {
		return nil, err
	}
	w.files["digest"] = []byte(digest)
	inputs := map[string]*ir.Tensor{"data": ir.Seeded("data", 1, 128, 1, 3, 227, 227)}
	for engine, p := range plans {
		outputs, err := p.Run(ctx, inputs, nil)
		if err != nil {
			return nil, err
		}
		for name, t := range outputs {
			w.outputs[fmt.Sprint(engine, " ", name)] = t.Data
		}
	}
	return w, nil
}

func (w *written) equal(other *written) error {
	var errs []error
	for name, data := range w.files {
		if !bytes.Equal(data, other.files[name]) {
			errs = append(errs, fmt.Errorf("%s has other bytes", name))
		}
	}
	for name, data := range w.outputs {
		if !sameBits(data, other.outputs[name]) {
			errs = append(errs, fmt.Errorf("output %s has other numbers", name))
		}
	}
	return errors.Join(errs...)
}
