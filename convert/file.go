package convert

import (
	"errors"
	"io/fs"
	"os"
	"strings"

	"github.com/edsrzf/mmap-go"

	"github.com/alexconv/alexconv/ir"
)

// file is an input held in memory, mapped where the system can.
type file struct {
	path   string
	data   []byte
	mapped mmap.MMap
}

// openFile maps a regular file read-only; what is no regular file is read.
// The bytes are valid until close.
func openFile(path string) (*file, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, &FileError{path, plainCause(err)}
	}
	defer f.Close()
	info, err := f.Stat()
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
	mapped, err := mmap.Map(f, mmap.RDONLY, 0)
	if err != nil {
		return nil, &FileError{path, ir.Errorf(ir.ErrInvalid, "cannot be mapped into memory: %w", err)}
	}
	return &file{path: path, data: mapped, mapped: mapped}, nil
}

func (f *file) close() error { return f.mapped.Unmap() }

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
