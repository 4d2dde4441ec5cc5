package caffe

import "github.com/alexconv/alexconv/ir"

// What one net may have at most, many times what any real one has. Together
// they bound the memory that the names of automatic splits can take.
const (
	maxLayers = 1 << 16
	maxBlobs  = 1 << 14 // bottoms, or tops, of one layer
	maxEdges  = 1 << 18 // bottoms and tops of all layers
	maxName   = 1 << 10 // bytes
)

// checkLimits refuses a net that is beyond any of them.
func checkLimits(layers []*layer) error {
	if len(layers) > maxLayers {
		return ir.Errorf(ir.ErrLimit, "the net has %d layers, the limit is %d", len(layers), maxLayers)
	}
	edges := 0
	for _, l := range layers {
		over := func(what string, n, limit int) error {
			return l.at(l.message.at, ir.Errorf(ir.ErrLimit, "%s: %d, the limit is %d", what, n, limit))
		}
		if len(l.name) > maxName {
			l.name = l.name[:16] + "..."
			return over("bytes in the layer's name", len(l.message.str("name")), maxName)
		}
		if n := max(len(l.bottoms), len(l.tops)); n > maxBlobs {
			return over("bottoms or tops", n, maxBlobs)
		}
		for _, blobs := range [][]string{l.bottoms, l.tops} {
			for _, name := range blobs {
				if len(name) > maxName {
					return over("bytes in a blob's name", len(name), maxName)
				}
			}
		}
		if edges += len(l.bottoms) + len(l.tops); edges > maxEdges {
			return over("bottoms and tops of all layers", edges, maxEdges)
		}
	}
	return nil
}
