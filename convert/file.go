package convert

import (
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"runtime"
	"strings"
	"sync/atomic"

	"github.com/edsrzf/mmap-go"
	"golang.org/x/sync/errgroup"

	"github.com/alexconv/alexconv/ir"
)

// file is an input in memory; mapped, if not nil, is what close gives back.
type file struct {
	path   string
	data   []byte
	mapped mmap.MMap
}

// standardInput is the path that means it.
const standardInput = "-"

// maxStream bounds what is read from standard input.
const maxStream = math.MaxInt32

// maxResident bounds the files that are read whole: protobuf's own limit.
const maxResident = math.MaxInt32

// openFile maps a regular file read-only or, with resident, reads it; standard
// input is read where there is one. The bytes are valid until close.
func openFile(path string, stdin io.Reader, resident bool) (*file, error) {
	if path == standardInput && stdin != nil {
		return readStream(stdin)
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
	defer f.Close()
	if resident && info.Size() <= maxResident {
		return readFile(f, int(info.Size()))
	}
	mapped, err := mmap.Map(f, mmap.RDONLY, 0)
	if err != nil {
		return nil, &FileError{path, ir.Errorf(ir.ErrInvalid, "cannot be mapped into memory: %w", err)}
	}
	return &file{path: path, data: mapped, mapped: mapped}, nil
}

// readFile reads a file into memory, several parts at the same time: of a large
// file whose pages are cached that takes less time than to fault in a mapping.
func readFile(f *os.File, size int) (*file, error) {
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
				_, err := f.ReadAt(memory[begin:min(begin+part, size)], int64(begin))
				if errors.Is(err, io.EOF) {
					return ir.Errorf(ir.ErrInvalid, "the file became shorter while it was read")
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
	return &file{path: f.Name(), data: memory, mapped: memory}, nil
}

func readStream(stdin io.Reader) (*file, error) {
	const name = "standard input"
	data, err := io.ReadAll(io.LimitReader(stdin, int64(maxStream)+1))
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
	if f.mapped == nil {
		return nil
	}
	return f.mapped.Unmap()
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
