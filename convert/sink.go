package convert

import (
	"context"
	"errors"
	"io"
	"os"
)

const (
	// gather is how many bytes of small pieces are written at once, and how many
	// are copied from file to file at a time.
	gather = 1 << 18
	// direct is the length from which a piece is written by itself.
	direct = 1 << 14
	// longest bounds one write, so that an interrupt need not wait.
	longest = 4 << 20
	// ahead is how much is written before the system is told to begin with its
	// way to the disk, which then goes on beside the work on the rest.
	ahead = 16 << 20
)

// sink is what a format writes a file to. Small pieces are gathered, large ones
// go where they are to go without a copy. A large piece that lies in a mapped
// source is read from that file instead: reading into a small buffer is faster
// than a page fault for every page of the mapping, and takes no memory.
//
// Writing ends with the context's error when that ends.
type sink struct {
	ctx     context.Context
	to      io.Writer
	sources []*file
	written func(total int64) // nil, or told after each write

	gathered []byte
	block    []byte // of file to file
	total    int64
	begun    int64 // what is on its way to the disk
}

// Write implements [io.Writer]; the piece may not have reached the file before
// flush.
func (s *sink) Write(b []byte) (int, error) {
	if len(b) < direct {
		if len(s.gathered)+len(b) > gather {
			if err := s.flush(); err != nil {
				return 0, err
			}
		}
		s.gathered = append(s.gathered, b...)
		return len(b), nil
	}
	if err := s.flush(); err != nil {
		return 0, err
	}
	for _, f := range s.sources {
		if offset, ok := f.offset(b); ok {
			return len(b), s.copyFrom(f, offset, len(b))
		}
	}
	return len(b), s.emit(b)
}

// flush writes what is gathered.
func (s *sink) flush() error {
	err := s.emit(s.gathered)
	if s.gathered == nil {
		s.gathered = make([]byte, 0, gather)
	}
	s.gathered = s.gathered[:0]
	return err
}

func (s *sink) emit(b []byte) error {
	for len(b) > 0 {
		if err := s.ctx.Err(); err != nil {
			return err
		}
		n, err := s.to.Write(b[:min(len(b), longest)])
		s.total += int64(n)
		if err != nil {
			return err
		}
		if f, ok := s.to.(*os.File); ok && s.total-s.begun >= ahead {
			startWriteback(f, s.begun, s.total-s.begun)
			s.begun = s.total
		}
		if s.written != nil {
			s.written(s.total)
		}
		b = b[n:]
	}
	return nil
}

// copyFrom writes n bytes of a source from an offset on.
func (s *sink) copyFrom(f *file, offset int64, n int) error {
	if s.block == nil {
		s.block = make([]byte, gather)
	}
	for n > 0 {
		got, err := f.handle.ReadAt(s.block[:min(n, gather)], offset)
		if errors.Is(err, io.EOF) {
			return f.wrap(errShorter)
		}
		if err != nil {
			return f.wrap(plainCause(err))
		}
		if err := s.emit(s.block[:got]); err != nil {
			return err
		}
		offset += int64(got)
		n -= got
	}
	return nil
}
