package runtime

import "github.com/alexconv/alexconv/runtime/internal/kernel"

// winogradTiles is the number of tiles that cover an extent.
func winogradTiles(w *kernel.Winograd, extent int) int {
	return (extent + w.Outputs - 1) / w.Outputs
}

// winogradBlock is about the number of tiles that a task transforms: enough to
// share every weight that is read, few enough that they and their products with
// one panel stay in a core's own cache. They are multiplied fourteen at a time
// by the widest kernel.
const winogradBlock = 28

// winogradTasks divides a convolution of one image, blocks of tiles by groups by
// panels of output channels, into tasks. Where there are many tiles a thread gets
// some of the blocks, so that it reads rows that it wrote in the layer before,
// and every thread reads all the weights. Where there are more output channels
// than tiles the weights are what counts: a thread gets some of the panels, and
// every thread transforms all tiles.
type winogradTasks struct {
	tiles, groups, panels int // panels of a group
	blocks, ranges        int // parts of the tiles and of a group's panels
	byPanels              bool
}

// winogradTask are tiles of one group by panels, each from the first to before
// the end.
type winogradTask struct {
	group           int
	tile, endTile   int
	panel, endPanel int
}

// newWinogradTasks plans for some tiles of an image, for groups of outputs
// channels in panels, and for some threads.
func newWinogradTasks(tiles, groups, outputs, panels, threads int) winogradTasks {
	t := winogradTasks{tiles: tiles, groups: groups, panels: panels, ranges: 1}
	t.byPanels = threads > 1 && groups*outputs > tiles
	if t.byPanels {
		t.ranges = min(panels, (threads+groups-1)/groups)
		threads = 1
	}
	// Threads end together where all get as many blocks.
	t.blocks = min(tiles, (tiles+winogradBlock*threads-1)/(winogradBlock*threads)*threads)
	return t
}

// count is the number of tasks.
func (t winogradTasks) count() int { return t.blocks * t.groups * t.ranges }

// largest is the number of tiles of the largest block.
func (t winogradTasks) largest() int { return (t.tiles + t.blocks - 1) / t.blocks }

// task is the task of the given number. The blocks follow each other first where
// the threads have panels, last where they have blocks.
func (t winogradTasks) task(number int) winogradTask {
	block, part := number/(t.groups*t.ranges), number%(t.groups*t.ranges)
	if t.byPanels {
		block, part = number%t.blocks, number/t.blocks
	}
	w := winogradTask{group: part / t.ranges}
	w.tile, w.endTile = divide(t.tiles, block, t.blocks)
	w.panel, w.endPanel = divide(t.panels, part%t.ranges, t.ranges)
	return w
}
