package classify

import (
	"context"
	"fmt"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/pixels"
)

// Loader turns pictures into a batch for an input.
type Loader struct {
	Preprocess pixels.Preprocess
	// Input is the shape that the model declares, (num, channels, height,
	// width); num is not looked at.
	Input ir.Shape
	// Workers is how many pictures are decoded at a time; 0 means GOMAXPROCS.
	Workers int
	// Limits bound what is accepted of a file; what is zero is its default.
	Limits ir.Limits
}

// Batch decodes pictures into one tensor of (n, channels, height, width) where n
// is the number of pictures times what the preprocessing makes of each.
// Errors name the picture.
func (l Loader) Batch(ctx context.Context, pictures []Picture) (*ir.Tensor, error) {
	if len(l.Input) != 4 {
		return nil, ir.Errorf(ir.ErrInvalid, "the input is %v, not a batch of pictures", l.Input)
	}
	tensors := make([]*ir.Tensor, len(pictures))
	group, ctx := errgroup.WithContext(ctx)
	workers := l.Workers
	if workers < 1 {
		workers = runtime.GOMAXPROCS(0)
	}
	group.SetLimit(workers)
	for i, p := range pictures {
		group.Go(func() (err error) {
			if err := ctx.Err(); err != nil {
				return err
			}
			tensors[i], err = l.one(p)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return stack(tensors, pictures)
}

func (l Loader) one(p Picture) (*ir.Tensor, error) {
	data, err := p.Read()
	if err != nil {
		return nil, err
	}
	picture, err := pixels.DecodeWithin(data, l.Limits)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.Name, err)
	}
	t, err := l.Preprocess.Tensor(picture, l.Input[1], l.Input[2], l.Input[3])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.Name, err)
	}
	return t, nil
}

// stack puts equal shapes one behind the other.
func stack(tensors []*ir.Tensor, pictures []Picture) (*ir.Tensor, error) {
	if len(tensors) == 1 {
		return tensors[0], nil
	}
	all := &ir.Tensor{Shape: tensors[0].Shape.Clone()}
	all.Shape[0] *= len(tensors)
	if err := all.Shape.Check(); err != nil {
		return nil, fmt.Errorf("a batch of %d pictures: %w", len(tensors), err)
	}
	all.Data = make([]float32, 0, all.Shape.Elements())
	for i, t := range tensors {
		if !slices.Equal(t.Shape, tensors[0].Shape) {
			return nil, ir.Errorf(ir.ErrInvalid, "%s becomes %v and %s becomes %v, but a batch has one size; crop them to one",
				pictures[i].Name, t.Shape[1:], pictures[0].Name, tensors[0].Shape[1:])
		}
		all.Data = append(all.Data, t.Data...)
	}
	return all, nil
}
