package convert

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/alexconv/alexconv/ir"
)

// Target is one file to be written.
type Target struct {
	Path  string
	Write func(io.Writer) error
}

// Output is a file that was written.
type Output struct {
	Path  string `json:"path"`
	Bytes int64  `json:"bytes"`
}

// WriteFiles writes every target to a temporary file beside it, flushes all of
// them to the disk and only then gives them their names: after an error no
// target has appeared or changed and nothing is left behind. When ctx ends,
// writing stops with its error.
func WriteFiles(ctx context.Context, targets ...Target) (outputs []Output, err error) {
	var temporary []string
	defer func() {
		for _, path := range temporary {
			os.Remove(path)
		}
	}()
	for _, t := range targets {
		if info, err := os.Stat(t.Path); err == nil && !info.Mode().IsRegular() {
			return nil, &FileError{t.Path, ir.Errorf(ir.ErrInvalid, "exists and is not a regular file; choose another name")}
		}
		f, err := createBeside(t.Path)
		if err != nil {
			return nil, &FileError{t.Path, plainCause(err)}
		}
		temporary = append(temporary, f.Name())
		bytes, err := fill(ctx, f, t.Write)
		if err != nil {
			return nil, &FileError{t.Path, plainCause(err)}
		}
		outputs = append(outputs, Output{t.Path, bytes})
	}
	for i, t := range targets {
		if err := os.Rename(temporary[i], t.Path); err != nil {
			return nil, &FileError{t.Path, plainCause(err)}
		}
	}
	for _, t := range targets {
		if err := syncFolder(filepath.Dir(t.Path)); err != nil {
			return nil, &FileError{t.Path, plainCause(err)}
		}
	}
	return outputs, nil
}

// createBeside opens a new hidden file in the target's folder, with the
// permissions that the target is to have.
func createBeside(path string) (*os.File, error) {
	name := "." + filepath.Base(path) + "." + rand.Text()[:8] + ".tmp"
	return os.OpenFile(filepath.Join(filepath.Dir(path), name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
}

// fill writes, flushes and closes the file and says how long it is.
func fill(ctx context.Context, f *os.File, write func(io.Writer) error) (int64, error) {
	w := bufio.NewWriterSize(&stoppable{ctx, f}, 1<<18)
	err := write(w)
	if err == nil {
		err = w.Flush()
	}
	if err == nil {
		err = f.Sync()
	}
	length, seekErr := f.Seek(0, io.SeekEnd)
	return length, errors.Join(err, seekErr, f.Close())
}

// stoppable writes until its context ends, a bounded amount at a time.
type stoppable struct {
	ctx context.Context
	w   io.Writer
}

func (s *stoppable) Write(b []byte) (int, error) {
	const most = 4 << 20
	written := 0
	for len(b) > 0 {
		if err := s.ctx.Err(); err != nil {
			return written, err
		}
		n, err := s.w.Write(b[:min(len(b), most)])
		written += n
		if err != nil {
			return written, err
		}
		b = b[n:]
	}
	return written, nil
}

// syncFolder makes the renames in a folder durable, where the system can.
func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	return nil
}
