package convert

import (
	"context"
	"errors"

	"github.com/alexconv/alexconv/ir"
)

// makeResident reads the mapped files that hold weights of the graph into memory
// and points the weights there. Only what was read as a model gets so far: a file
// that is none costs no more than its mapping. A file of more than 2 GiB stays
// mapped.
func (m *Model) makeResident(ctx context.Context) error {
	for i, f := range m.files {
		views := m.views(f)
		if len(views) == 0 || f.seen.Size() > maxResident {
			continue
		}
		loaded, err := readFile(ctx, f.handle, int(f.seen.Size()))
		if err != nil {
			return err
		}
		loaded.path = f.path
		for t, begin := range views {
			t.Data = ir.FloatsOf(loaded.data[begin : begin+int64(4*len(t.Data))])
		}
		changed := f.unchanged()
		m.files[i] = loaded
		if err := errors.Join(changed, f.close()); err != nil {
			return err
		}
	}
	return nil
}

// views are the graph's weights that lie in a mapped file, by their offsets.
func (m *Model) views(f *file) map[*ir.Tensor]int64 {
	views := make(map[*ir.Tensor]int64)
	for _, n := range m.Graph.Nodes {
		for _, t := range n.Params {
			if begin, ok := f.offset(ir.BytesOf(t.Data)); ok {
				views[t] = begin
			}
		}
	}
	return views
}
