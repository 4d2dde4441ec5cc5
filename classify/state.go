package classify

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"

	"github.com/alexconv/alexconv/ir"
)

// State is a file that grows with an evaluation: a line of JSON that says what
// is evaluated, and then a line for every [Outcome]. A last line that a kill
// cut short is dropped when the file is opened again.
type State struct {
	file     *os.File
	outcomes map[int]Outcome
}

// stateHeader is a state file's first line.
type stateHeader struct {
	Schema int `json:"schema"`
	Identity
}

// stateSchema is the version of the file's form.
const stateSchema = 1

// OpenState opens or begins a state file. One that belongs to another
// evaluation is an error that wraps [ir.ErrInvalid] and says what differs.
func OpenState(path string, id Identity) (*State, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	s := &State{file: f, outcomes: make(map[int]Outcome)}
	if err := s.begin(id); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), f.Close())
	}
	return s, nil
}

func (s *State) begin(id Identity) error {
	data, err := io.ReadAll(s.file)
	if err != nil {
		return err
	}
	whole := data[:bytes.LastIndexByte(data, '\n')+1]
	if len(whole) == 0 {
		if len(data) > 0 && data[0] != '{' {
			return ir.Errorf(ir.ErrInvalid, "not a state file; it would be overwritten")
		}
		if err := s.cut(0); err != nil {
			return err
		}
		return s.write(stateHeader{stateSchema, id})
	}
	if err := s.read(whole, id); err != nil {
		return err
	}
	return s.cut(int64(len(whole)))
}

func (s *State) cut(size int64) error {
	if err := s.file.Truncate(size); err != nil {
		return err
	}
	_, err := s.file.Seek(size, io.SeekStart)
	return err
}

func (s *State) read(text []byte, id Identity) error {
	number := 0
	for line := range bytes.Lines(text) {
		number++
		if number == 1 {
			var h stateHeader
			if err := json.Unmarshal(line, &h); err != nil || h.Schema != stateSchema {
				return ir.Errorf(ir.ErrInvalid, "not a state file of an evaluation")
			}
			if what := id.difference(h.Identity); what != "" {
				return ir.Errorf(ir.ErrInvalid, "it belongs to another evaluation: %s; name another state file, or remove this one", what)
			}
			continue
		}
		var o Outcome
		err := json.Unmarshal(line, &o)
		if err == nil && (o.Index < 0 || o.Index >= id.Images || o.Rank < 1 || len(o.Top) == 0) {
			err = errors.New("no outcome of this list")
		}
		if err != nil {
			return ir.Errorf(ir.ErrInvalid, "line %d is damaged: %w; remove it to have its picture evaluated again", number, err)
		}
		s.outcomes[o.Index] = o
	}
	return nil
}

// difference names the first thing in which two evaluations differ, or is
// empty.
func (id Identity) difference(other Identity) string {
	a, b := reflect.ValueOf(id), reflect.ValueOf(other)
	for i := range a.NumField() {
		if x, y := a.Field(i).Interface(), b.Field(i).Interface(); x != y {
			return fmt.Sprintf("its %s is %v, not %v", a.Type().Field(i).Tag.Get("json"), y, x)
		}
	}
	return ""
}

// Has reports whether the outcome for an index of the list is there.
func (s *State) Has(index int) bool {
	_, ok := s.outcomes[index]
	return ok
}

// Len is the number of outcomes that are there.
func (s *State) Len() int { return len(s.outcomes) }

// append writes outcomes with one write.
func (s *State) append(list []Outcome) error {
	lines := make([]any, len(list))
	for i, o := range list {
		lines[i] = o
		s.outcomes[o.Index] = o
	}
	return s.write(lines...)
}

func (s *State) write(lines ...any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	for _, l := range lines {
		if err := e.Encode(l); err != nil {
			return err
		}
	}
	_, err := s.file.Write(b.Bytes())
	return err
}

// Close flushes the file to the disk.
func (s *State) Close() error { return errors.Join(s.file.Sync(), s.file.Close()) }
