package classify

import (
	"context"

	"golang.org/x/sync/errgroup"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime"
)

// Runner runs a model over any number of pictures, a batch at a time.
type Runner struct {
	// Engine says how the model is run; its Inputs are the runner's to set.
	Engine runtime.Options
	Loader Loader
	// Batch is how many pictures are run at a time. Each batch has this size,
	// the last with zeros behind its pictures, so that what a picture gives does
	// not depend on how many follow it.
	Batch int
}

// Each calls visit for every batch in order, with the index of its first picture
// and the outputs by value name, whose first axis counts the batch's pictures.
// Where the preprocessing cuts several crops from a picture, the outputs are
// their averages. Pictures are decoded while the model runs. The tensors
// are visit's to keep.
//
// The graph must have one input. Each returns when everything that it
// started has ended.
func (r Runner) Each(ctx context.Context, g *ir.Graph, pictures []Picture, visit func(first int, outputs map[string]*ir.Tensor) error) error {
	inputs := g.Inputs()
	if len(inputs) != 1 {
		return ir.Errorf(ir.ErrUnsupported, "pictures are one input, the model has %d", len(inputs))
	}
	group, ctx := errgroup.WithContext(ctx)
	batches := make(chan *ir.Tensor, 1)
	group.Go(func() error {
		defer close(batches)
		return r.load(ctx, pictures, batches)
	})
	group.Go(func() error {
		run := batchRun{graph: g, input: inputs[0], runner: r}
		defer run.close()
		first := 0
		for x := range batches {
			count := min(r.Batch, len(pictures)-first)
			outputs, err := run.outputs(ctx, x, count)
			if err != nil {
				return err
			}
			if err := visit(first, outputs); err != nil {
				return err
			}
			first += count
		}
		return nil
	})
	return group.Wait()
}

func (r Runner) load(ctx context.Context, pictures []Picture, batches chan<- *ir.Tensor) error {
	for first := 0; first < len(pictures); first += r.Batch {
		x, err := r.Loader.Batch(ctx, pictures[first:min(first+r.Batch, len(pictures))])
		if err != nil {
			return err
		}
		select {
		case batches <- x:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// batchRun is a plan for batches of one shape.
type batchRun struct {
	runner Runner
	graph  *ir.Graph
	input  *ir.Value
	plan   *runtime.Plan
	shape  ir.Shape
}

func (b *batchRun) close() {
	if b.plan != nil {
		b.plan.Close()
	}
}

// outputs runs a batch of count pictures, filled up to the runner's size.
func (b *batchRun) outputs(ctx context.Context, x *ir.Tensor, count int) (map[string]*ir.Tensor, error) {
	crops := x.Shape[0] / count
	x = filledUp(x, b.runner.Batch*crops)
	if err := b.compile(x.Shape); err != nil {
		return nil, err
	}
	outputs, err := b.plan.Run(ctx, map[string]*ir.Tensor{b.input.Name: x}, nil)
	if err != nil {
		return nil, err
	}
	for name, t := range outputs {
		if len(t.Shape) == 0 || t.Shape[0] != x.Shape[0] {
			return nil, ir.Errorf(ir.ErrUnsupported, "output %q is %v for %d pictures, so its rows are not theirs", name, t.Shape, x.Shape[0])
		}
		outputs[name] = firstRows(Average(t, crops), count)
	}
	return outputs, nil
}

func (b *batchRun) compile(shape ir.Shape) (err error) {
	if b.plan != nil && b.shape.Equal(shape) {
		return nil
	}
	b.close()
	o := b.runner.Engine
	o.Inputs = map[string]ir.Shape{b.input.Name: shape}
	b.plan, err = runtime.Compile(b.graph, o)
	b.shape = shape.Clone()
	return err
}

// filledUp is x with zeros behind its rows.
func filledUp(x *ir.Tensor, rows int) *ir.Tensor {
	if x.Shape[0] == rows {
		return x
	}
	shape := x.Shape.Clone()
	shape[0] = rows
	full := ir.NewTensor(shape...)
	copy(full.Data, x.Data)
	return full
}

func firstRows(t *ir.Tensor, rows int) *ir.Tensor {
	shape := t.Shape.Clone()
	shape[0] = rows
	return &ir.Tensor{Shape: shape, Data: t.Data[:shape.Elements()]}
}

// Average is the mean of each group of so many rows, as the paper averages the
// predictions for the crops of a picture. A tensor whose first axis is
// no multiple of rows is returned as it is.
func Average(t *ir.Tensor, rows int) *ir.Tensor {
	if rows < 2 || len(t.Shape) == 0 || t.Shape[0]%rows != 0 {
		return t
	}
	shape := t.Shape.Clone()
	shape[0] /= rows
	mean := ir.NewTensor(shape...)
	if shape[0] == 0 {
		return mean
	}
	width := len(mean.Data) / shape[0]
	for i := range mean.Data {
		sum := 0.0
		first := i/width*rows*width + i%width
		for r := range rows {
			sum += float64(t.Data[first+r*width])
		}
		mean.Data[i] = float32(sum / float64(rows))
	}
	return mean
}
