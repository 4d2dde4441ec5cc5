package convert

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"unsafe"

	"github.com/edsrzf/mmap-go"
	"golang.org/x/sync/errgroup"

	"github.com/alexconv/alexconv/ir"
)

// file is an input in memory; memory, if not nil, is what close gives back.
type file struct {
	path   string
	data   []byte
	memory mmap.MMap
	// handle is open while data is a mapping of the file, and seen is what the
	// file was when it was mapped.
	handle *os.File
	seen   fs.FileInfo
}

// access is how a file comes into memory.
type access int

const (
	mapped   access = iota // pages are read when they are touched
	unmapped               // read whole, refused beyond maxResident bytes
)

// standardInput is the path that means it, standardInputName what errors call
// it.
const (
	standardInput     = "-"
	standardInputName = "standard input"
)

// maxStream bounds what is read from standard input.
const maxStream = math.MaxInt32

// maxResident bounds the files that are read whole: protobuf's own limit.
const maxResident = math.MaxInt32

// openFile maps or reads a regular file; standard input is read where there is
// one. The bytes are valid until close.
func openFile(ctx context.Context, path string, stdin io.Reader, how access) (*file, error) {
	if path == standardInput && stdin != nil {
		return readStream(ctx, stdin)
	}
	// A pipe without a writer would not open.
	info, err := os.Stat(path)
	if err != nil {
		return nil, &FileError{path, plainCause(err)}
	}
	switch {
	case info.IsDir():
		return nil, &FileError{path, ir.Errorf(ir.ErrInvalid, "is a directory; give a model file")}
	case !info.Mode().IsRegular():
		return nil, &FileError{path, ir.Errorf(ir.ErrInvalid, "is not a regular file; give a model file")}
	case info.Size() == 0:
		return nil, &FileError{path, ir.Errorf(ir.ErrInvalid, "the file is empty")}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, &FileError{path, plainCause(err)}
	}
	return load(ctx, f, path, how)
}

// load maps or reads an open file, which it closes in time.
func load(ctx context.Context, f *os.File, path string, how access) (*file, error) {
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, &FileError{path, plainCause(err)}
	}
	switch {
	case how == unmapped && info.Size() <= maxResident:
		defer f.Close()
		return readFile(ctx, f, int(info.Size()))
	case how == unmapped:
		f.Close()
		return nil, &FileError{path, ir.Errorf(ir.ErrLimit, "has %d bytes, at most %d are read into memory; leave out --no-mmap", info.Size(), int64(maxResident))}
	}
	memory, err := mmap.Map(f, mmap.RDONLY, 0)
	if err != nil {
		f.Close()
		return nil, &FileError{path, ir.Errorf(ir.ErrInvalid, "cannot be mapped into memory: %w", err)}
	}
	return &file{path: path, data: memory, memory: memory, handle: f, seen: info}, nil
}

// readFile reads a file into memory, several parts at the same time: of a large
// file whose pages are cached that takes less time than to fault in a mapping.
func readFile(ctx context.Context, f *os.File, size int) (*file, error) {
	const part = 8 << 20
	memory, err := allocate(size)
	if err != nil {
		return nil, &FileError{f.Name(), ir.Errorf(ir.ErrLimit, "no memory for %d bytes: %w", size, err)}
	}
	var next atomic.Int64
	var group errgroup.Group
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() error {
			for {
				begin := int(next.Add(part)) - part
				if begin >= size {
					return nil
				}
				if err := ctx.Err(); err != nil {
					return err
				}
				_, err := f.ReadAt(memory[begin:min(begin+part, size)], int64(begin))
				if errors.Is(err, io.EOF) {
					return errShorter
				}
				if err != nil {
					return err
				}
			}
		})
	}
	if err := group.Wait(); err != nil {
		return nil, errors.Join(&FileError{f.Name(), plainCause(err)}, memory.Unmap())
	}
	return &file{path: f.Name(), data: memory, memory: memory}, nil
}

// readStream reads to the end. A stream cannot be told to stop: when ctx ends
// first, a goroutine waits on for what it does not hand out any more.
func readStream(ctx context.Context, stdin io.Reader) (*file, error) {
	const name = standardInputName
	var data []byte
	var err error
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		data, err = io.ReadAll(io.LimitReader(stdin, int64(maxStream)+1))
	}()
	select {
	case <-ended:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	switch {
	case err != nil:
		return nil, &FileError{name, err}
	case len(data) == 0:
		return nil, &FileError{name, ir.Errorf(ir.ErrInvalid, "nothing came")}
	case len(data) > maxStream:
		return nil, &FileError{name, ir.Errorf(ir.ErrLimit, "more than %d bytes; use a file", maxStream)}
	}
	return &file{path: name, data: data}, nil
}

func (f *file) close() error {
	var errs []error
	if f.memory != nil {
		errs = append(errs, f.memory.Unmap())
	}
	if f.handle != nil {
		errs = append(errs, f.handle.Close())
	}
	return errors.Join(errs...)
}

// offset is where in the mapped file b lies, if it lies there as a whole.
func (f *file) offset(b []byte) (int64, bool) {
	if f.handle == nil || len(b) == 0 {
		return 0, false
	}
	begin := uintptr(unsafe.Pointer(unsafe.SliceData(f.data)))
	at := uintptr(unsafe.Pointer(unsafe.SliceData(b)))
	if at < begin || at-begin > uintptr(len(f.data)) || uintptr(len(f.data))-(at-begin) < uintptr(len(b)) {
		return 0, false
	}
	return int64(at - begin), true
}

// errShorter is found out while a file is read.
var errShorter = ir.Errorf(ir.ErrChanged, "the file became shorter while it was read; wait until nobody writes it")

// unchanged is an error when a mapped file is not what it was when it was
// opened.
func (f *file) unchanged() error {
	if f.handle == nil {
		return nil
	}
	now, err := f.handle.Stat()
	switch {
	case err != nil:
		return f.wrap(plainCause(err))
	case now.Size() < f.seen.Size():
		return f.wrap(errShorter)
	case now.Size() != f.seen.Size() || !now.ModTime().Equal(f.seen.ModTime()):
		return f.wrap(ir.Errorf(ir.ErrChanged, "the file was written while it was read; wait until nobody writes it"))
	}
	return nil
}

// wrap names the file in an error about its content.
func (f *file) wrap(err error) error {
	if err == nil {
		return nil
	}
	return &FileError{f.path, err}
}

// FileError says in which file something is wrong.
type FileError struct {
	Path string
	Err  error
}

// Error is PATH:LINE:COLUMN: message where the cause begins with a position,
// PATH: message elsewhere.
func (e *FileError) Error() string {
	text := e.Err.Error()
	if text != "" && text[0] >= '0' && text[0] <= '9' && strings.Contains(text, ":") {
		return e.Path + ":" + text
	}
	return e.Path + ": " + text
}

// Unwrap gives the error without the file.
func (e *FileError) Unwrap() error { return e.Err }

// plainCause drops the operation and the path that os errors repeat.
func plainCause(err error) error {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return pathErr.Err
	}
	return err
}

// blame names the file that changed, where the error is a fault that does not.
func blame(files []*file, err error) error {
	if errors.Is(err, ir.ErrChanged) {
		for _, f := range files {
			if changed := f.unchanged(); changed != nil {
				return changed
			}
		}
	}
	return err
}
