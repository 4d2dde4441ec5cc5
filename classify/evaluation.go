package classify

import (
	"context"
	"fmt"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/pixels"
)

// Identity is what two evaluations must share for their outcomes to be
// outcomes of one: nothing else of the computation shows in a result.
type Identity struct {
	// Digest is the model's, [ir.Digest].
	Digest string `json:"digest"`
	// Engine is how the model was run.
	Engine     string        `json:"engine"`
	Output     string        `json:"output"`
	Preprocess pixels.Record `json:"preprocess"`
	// List is the [ListDigest] of all samples and Images their number.
	List   string `json:"list"`
	Images int    `json:"images"`
}

// Evaluation runs a model over labelled pictures.
type Evaluation struct {
	Runner Runner
	Graph  *ir.Graph
	// Output is the name of the output whose rows are the scores of the classes.
	Output  string
	Samples []Sample
	Shard   Shard
	// State keeps outcomes so that another run need not compute them; nil keeps
	// them in memory alone.
	State *State
	// Progress is told how many of the shard's pictures are done; it may be nil.
	Progress func(done, total int)
}

// Run gives the outcome of every sample of the shard, in the order of the list,
// and the number of classes. Those that State has are not computed again. When
// ctx ends, what has been computed is in State.
func (e Evaluation) Run(ctx context.Context) (outcomes []Outcome, classes int, err error) {
	share, done := 0, 0
	var todo []int // indices into Samples
	for i := range e.Samples {
		if !e.Shard.has(i) {
			continue
		}
		share++
		if e.State != nil && e.State.Has(i) {
			done++
			continue
		}
		todo = append(todo, i)
	}
	if share == 0 {
		return nil, 0, ir.Errorf(ir.ErrInvalid, "shard %v has none of the %d pictures", e.Shard, len(e.Samples))
	}
	if classes, err = e.classes(); err != nil {
		return nil, 0, err
	}
	for _, s := range e.Samples {
		if s.Label >= classes {
			return nil, 0, ir.Errorf(ir.ErrInvalid, "picture %q has label %d, but output %q has %d classes", s.Name, s.Label, e.Output, classes)
		}
	}
	pictures := make([]Picture, len(todo))
	for i, index := range todo {
		pictures[i] = e.Samples[index].Picture
	}
	e.report(done, share)
	fresh := make(map[int]Outcome)
	err = e.Runner.Each(ctx, e.Graph, pictures, func(first int, outputs map[string]*ir.Tensor) error {
		scores := outputs[e.Output]
		list := make([]Outcome, scores.Shape[0])
		for i := range list {
			index := todo[first+i]
			list[i] = judge(scores.Data[i*classes:(i+1)*classes], e.Samples[index].Label)
			list[i].Index = index
			fresh[index] = list[i]
		}
		done += len(list)
		if e.State != nil {
			if err := e.State.append(list); err != nil {
				return err
			}
		}
		e.report(done, share)
		return nil
	})
	if err != nil {
		return nil, 0, err
	}
	for i := range e.Samples {
		if o, ok := fresh[i]; ok {
			outcomes = append(outcomes, o)
		} else if e.Shard.has(i) {
			outcomes = append(outcomes, e.State.outcomes[i])
		}
	}
	return outcomes, classes, nil
}

func (e Evaluation) report(done, total int) {
	if e.Progress != nil {
		e.Progress(done, total)
	}
}

// classes is the number of values that the output has for each picture.
func (e Evaluation) classes() (int, error) {
	inputs := e.Graph.Inputs()
	if len(inputs) != 1 {
		return 0, ir.Errorf(ir.ErrUnsupported, "pictures are one input, the model has %d", len(inputs))
	}
	shapes, err := e.Graph.Infer(nil)
	if err != nil {
		return 0, err
	}
	for _, v := range e.Graph.Outputs {
		if shape := shapes[v]; v.Name == e.Output {
			if len(shape) == 0 || shape[0] == 0 || shape.Elements() == 0 {
				return 0, ir.Errorf(ir.ErrUnsupported, "output %q is %v, which is no row of classes for each picture", v.Name, shape)
			}
			return shape.Elements() / shape[0], nil
		}
	}
	return 0, fmt.Errorf("the model has no output %q", e.Output)
}
