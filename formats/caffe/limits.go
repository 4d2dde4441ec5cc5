package caffe

import "github.com/alexconv/alexconv/ir"

// What Caffe's layers may name at most, many times what any real net has. With
// the limits that a caller can choose they bound the memory that the names of
// automatic splits can take.
const (
	maxBlobs = 1 << 14 // bottoms, or tops, of one layer
	maxEdges = 1 << 18 // bottoms and tops of all layers
)

// checkLayers refuses a net that is beyond any limit.
func checkLayers(layers []*layer, limits ir.Limits) error {
	if err := limits.Check(ir.LimitNodes, "layers of the net", int64(len(layers))); err != nil {
		return err
	}
	edges := 0
	for _, l := range layers {
		if err := limits.CheckName(l.name); err != nil {
			l.name = l.name[:min(len(l.name), 16)] + "..."
			return l.at(l.message.at, err)
		}
		for _, blobs := range [][]string{l.bottoms, l.tops} {
			if n := len(blobs); n > maxBlobs {
				return l.at(l.message.at, ir.Errorf(ir.ErrLimit, "bottoms or tops: %d, the limit is %d", n, maxBlobs))
			}
			if edges += len(blobs); edges > maxEdges {
				return l.at(l.message.at, ir.Errorf(ir.ErrLimit, "bottoms and tops of all layers: %d, the limit is %d", edges, maxEdges))
			}
			for _, name := range blobs {
				if err := limits.CheckName(name); err != nil {
					return l.at(l.message.at, err)
				}
			}
		}
	}
	return nil
}
