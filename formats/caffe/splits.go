package caffe

import "fmt"

// insertSplits gives each reader of a blob that several layers read, or that
// counts as a loss besides, a blob of its own, written by a Split layer right
// behind the writer. Names are those of Caffe's InsertSplits: layer
// x_<layer>_<top>_split with blobs x_<layer>_<top>_split_<k>.
//
// A reader that later overwrites the blob is one of them, which is why a blob
// cannot be overwritten once another layer has read it.
func insertSplits(layers []*layer) ([]*layer, error) {
	type source struct{ layer, top int }
	last := make(map[string]source)          // the latest writer of a blob
	readers := make(map[source]int)          // how many read a top
	losses := make(map[source]bool)          // tops with a loss weight
	sources := make([][]source, len(layers)) // of each bottom
	for i, l := range layers {
		for j, name := range l.bottoms {
			from, known := last[name]
			if !known {
				return nil, l.errorAt(l.message.all("bottom")[j].at, "unknown bottom blob %q: no layer before writes it%s", name, didYouMean(name, keys(last)))
			}
			sources[i] = append(sources[i], from)
			readers[from]++
		}
		for j, name := range l.tops {
			last[name] = source{i, j}
		}
		for j, weight := range l.message.floats("loss_weight") {
			if j < len(l.tops) && weight != 0 {
				from := last[l.tops[j]]
				readers[from]++
				losses[from] = true
			}
		}
	}
	var all []*layer
	used := make(map[source]int)
	splitName := func(from source) string {
		l := layers[from.layer]
		return fmt.Sprintf("%s_%s_%d_split", l.tops[from.top], l.name, from.top)
	}
	for i, l := range layers {
		for j, from := range sources[i] {
			if readers[from] > 1 {
				l.bottoms[j] = fmt.Sprintf("%s_%d", splitName(from), used[from])
				used[from]++
			}
		}
		all = append(all, l)
		for j, name := range l.tops {
			from := source{i, j}
			if readers[from] < 2 {
				continue
			}
			split := &layer{
				message:  &message{schema: layerParameter, at: l.message.at},
				name:     splitName(from),
				typ:      splitLayer.name,
				bottoms:  []string{name},
				implicit: true,
				phase:    l.phase,
				options:  l.options,
			}
			for k := range readers[from] {
				split.tops = append(split.tops, fmt.Sprintf("%s_%d", split.name, k))
			}
			if losses[from] {
				used[from]++
			}
			all = append(all, split)
		}
	}
	return all, nil
}
