package convert

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

func TestSinkKeepsTheOrderOfPieces(t *testing.T) {
	content := make([]byte, 3*longest)
	for i := range content {
		content[i] = byte(rand.Uint32())
	}
	path := filepath.Join(t.TempDir(), "source")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	source, err := openFile(t.Context(), path, nil, mapped)
	if err != nil {
		t.Fatal(err)
	}
	defer source.close()
	memory := bytes.Clone(content)
	for _, c := range []struct {
		name   string
		pieces [][]byte
	}{
		{"nothing", nil},
		{"small ones", [][]byte{memory[:1], nil, memory[1:100], memory[100:direct]}},
		{"small ones beyond the buffer", [][]byte{memory[:direct-1], memory[:direct-1], memory[:gather-1], memory[:direct-1]}},
		{"a large one from memory", [][]byte{memory[:5], memory, memory[:7]}},
		{"a large one from the source", [][]byte{memory[:5], source.data, memory[:7]}},
		{"a part of the source", [][]byte{source.data[3 : gather+direct], source.data[longest-1:], source.data[:gather]}},
	} {
		var got bytes.Buffer
		var told int64
		s := &sink{ctx: t.Context(), to: &got, sources: []*file{source}, written: func(total int64) { told = total }}
		for _, p := range c.pieces {
			if n, err := s.Write(p); n != len(p) || err != nil {
				t.Errorf("%s: %d of %d bytes, %v", c.name, n, len(p), err)
			}
		}
		if err := s.flush(); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		want := bytes.Join(c.pieces, nil)
		if !bytes.Equal(got.Bytes(), want) || s.total != int64(len(want)) || told != s.total {
			t.Errorf("%s: %d bytes, counted %d, told %d, want %d", c.name, got.Len(), s.total, told, len(want))
		}
	}
}

func TestSinkStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := &sink{ctx: ctx, to: &bytes.Buffer{}, written: func(int64) { cancel() }}
	if _, err := s.Write(make([]byte, 3*longest)); !errors.Is(err, context.Canceled) || s.total != longest {
		t.Errorf("%v after %d bytes, want an interrupt after the first %d", err, s.total, longest)
	}
}

func TestOffsetsInAMapping(t *testing.T) {
	path := filepath.Join(t.TempDir(), "source")
	if err := os.WriteFile(path, make([]byte, 100), 0o600); err != nil {
		t.Fatal(err)
	}
	source, err := openFile(t.Context(), path, nil, mapped)
	if err != nil {
		t.Fatal(err)
	}
	defer source.close()
	for _, c := range []struct {
		name   string
		b      []byte
		offset int64
		ok     bool
	}{
		{"the whole", source.data, 0, true},
		{"a part", source.data[7:9], 7, true},
		{"the last byte", source.data[99:], 99, true},
		{"nothing", source.data[5:5], 0, false},
		{"other memory", make([]byte, 5), 0, false},
	} {
		if offset, ok := source.offset(c.b); offset != c.offset || ok != c.ok {
			t.Errorf("%s: %d, %v, want %d, %v", c.name, offset, ok, c.offset, c.ok)
		}
	}
}
