package ir

import (
	"errors"
	"runtime/debug"
)

// ErrChanged marks a file that changed while it was read.
var ErrChanged = errors.New("changed while it was read")

// CatchFaults runs f, which may touch weights that are views into mapped files.
// Where another process has cut such a file off, the memory beyond its new end
// is gone, and touching it is not a crash but an error that wraps
// [ErrChanged].
//
// It holds for the calling goroutine: one that f starts and that touches
// weights needs a call of its own. Every other panic passes.
func CatchFaults(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		fault := recover()
		if fault == nil {
			return
		}
		// Of the runtime's errors only a fault has the address that was touched.
		if _, ok := fault.(interface {
			error
			Addr() uintptr
		}); !ok {
			panic(fault)
		}
		err = Errorf(ErrChanged, "the file became shorter while it was read; wait until nobody writes it")
	}()
	return f()
}
