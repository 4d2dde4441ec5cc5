package convert

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/alexconv/alexconv/ir"
)

// Target is one file to be written.
type Target struct {
	Path  string
	Write func(io.Writer) error
	// New refuses to replace a file that is there, with an error that wraps
	// [io/fs.ErrExist].
	New bool
}

// Output is a file that was written.
type Output struct {
	Path  string `json:"path"`
	Bytes int64  `json:"bytes"`
}

// WriteFiles writes every target without its name, flushes all of them to the
// disk and only then gives them their names, and flushes the folders: after an
// error no target has appeared or changed and nothing is left behind. When ctx
// ends, writing stops with its error.
//
// One file appears whole or not at all even if the process is killed or the
// power fails. Of several, a kill between two names leaves those that came
// first, each of them whole.
func WriteFiles(ctx context.Context, targets ...Target) ([]Output, error) {
	w := fileWriter{ctx: ctx}
	return w.write(targets)
}

// fileWriter is what the files of one call of WriteFiles share.
type fileWriter struct {
	ctx     context.Context
	sources []*file
	written func(path string, total int64) // nil, or told after each write
}

func (w fileWriter) write(targets []Target) (outputs []Output, err error) {
	var list []*staged
	defer func() {
		for _, s := range list {
			s.end()
		}
	}()
	for _, t := range targets {
		if err := checkTarget(t); err != nil {
			return nil, &FileError{t.Path, err}
		}
	}
	for _, t := range targets {
		s, err := stage(t)
		if err != nil {
			return nil, &FileError{t.Path, plainCause(err)}
		}
		list = append(list, s)
		bytes, err := w.fill(s)
		if err != nil {
			return nil, err
		}
		outputs = append(outputs, Output{t.Path, bytes})
	}
	for _, source := range w.sources {
		if err := source.unchanged(); err != nil {
			return nil, err
		}
	}
	if err := placeAll(list); err != nil {
		return nil, err
	}
	return outputs, syncFolders(targets)
}

// checkTarget refuses early what place would refuse, or could not replace.
func checkTarget(t Target) error {
	info, err := os.Stat(t.Path)
	switch {
	case err != nil:
		return nil
	case !info.Mode().IsRegular():
		return ir.Errorf(ir.ErrInvalid, "exists and is not a regular file; choose another name")
	case t.New:
		return existsError()
	}
	return nil
}

// fill writes and flushes a staged file and says how long it is.
func (w fileWriter) fill(s *staged) (int64, error) {
	to := &sink{ctx: w.ctx, to: s.file, sources: w.sources}
	if w.written != nil {
		to.written = func(total int64) { w.written(s.target.Path, total) }
	}
	err := ir.CatchFaults(func() error { return s.target.Write(to) })
	if err == nil {
		err = to.flush()
	}
	if err == nil {
		err = s.file.Sync()
	}
	err = blame(w.sources, err)
	var inFile *FileError
	var inSystem *fs.PathError
	switch {
	case err == nil:
		return to.total, nil
	case errors.As(err, &inFile):
		// It is about a file that was read.
		return 0, err
	case errors.As(err, &inSystem):
		err = fmt.Errorf("%w; nothing was written", inSystem.Err)
	}
	return 0, &FileError{s.target.Path, err}
}

// placeAll gives all files their names or, after an error, none.
func placeAll(list []*staged) error {
	if len(list) > 1 {
		for _, s := range list {
			s.keep()
		}
	}
	for i, s := range list {
		err := s.place()
		if err == nil {
			continue
		}
		err = &FileError{s.target.Path, plainCause(err)}
		for _, before := range list[:i] {
			if undo := before.takeBack(); undo != nil {
				err = errors.Join(err, &FileError{before.target.Path, plainCause(undo)})
			}
		}
		return err
	}
	return nil
}

// syncFolders makes the names durable, where the system can.
func syncFolders(targets []Target) error {
	done := make(map[string]bool)
	for _, t := range targets {
		folder := filepath.Dir(t.Path)
		if done[folder] {
			continue
		}
		done[folder] = true
		if err := syncFolder(folder); err != nil {
			return &FileError{folder, ir.Errorf(ir.ErrInvalid, "%w; the files are written, but a power failure may still undo that", plainCause(err))}
		}
	}
	return nil
}

func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer d.Close()
	err = d.Sync()
	for _, cannot := range []error{errors.ErrUnsupported, fs.ErrPermission, syscall.EINVAL} {
		if errors.Is(err, cannot) {
			return nil
		}
	}
	return err
}
