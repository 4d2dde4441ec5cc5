package classify

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/alexconv/alexconv/ir"
)

func TestInterruptedEvaluationGoesOn(t *testing.T) {
	list := samples(t, 23)
	want := run(t, evaluation(list, 4))
	path := filepath.Join(t.TempDir(), "state")
	var computed []int
	// Each run is cancelled after its second batch, until one ends.
	for runs := 1; ; runs++ {
		state, err := OpenState(path, identity(list))
		if err != nil {
			t.Fatal(err)
		}
		before := state.Len()
		ctx, cancel := context.WithCancel(context.Background())
		e := evaluation(list, 4)
		e.State = state
		e.Progress = func(done, total int) {
			if done == before+8 {
				cancel()
			}
			if total != 23 {
				t.Errorf("%d pictures in all, want 23", total)
			}
		}
		outcomes, classes, err := e.Run(ctx)
		cancel()
		computed = append(computed, state.Len()-before)
		if closeErr := state.Close(); closeErr != nil {
			t.Fatal(closeErr)
		}
		if err == nil {
			if got := text(t, NewResult("m", identity(list), e.Shard, classes, outcomes)); got != want {
				t.Error(cmp.Diff(want, got))
			}
			break
		}
		if !errors.Is(err, context.Canceled) || runs > 4 {
			t.Fatalf("run %d: %v", runs, err)
		}
	}
	if !slices.Equal(computed, []int{8, 8, 7}) {
		t.Errorf("the runs computed %v pictures, want 8, 8 and 7", computed)
	}
	// A finished state needs no pictures at all.
	state, err := OpenState(path, identity(list))
	if err != nil {
		t.Fatal(err)
	}
	e := evaluation(list, 4)
	e.State = state
	for i := range e.Samples {
		e.Samples[i].Read = func() ([]byte, error) { return nil, errors.New("read again") }
	}
	if got := run(t, e); got != want {
		t.Error(cmp.Diff(want, got))
	}
	if err := state.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestStateFiles(t *testing.T) {
	list := samples(t, 6)
	id := identity(list)
	path := filepath.Join(t.TempDir(), "state")
	state, err := OpenState(path, id)
	if err != nil {
		t.Fatal(err)
	}
	e := evaluation(list, 4)
	e.State = state
	run(t, e)
	if err := state.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	other := id
	other.Digest = "e"
	for _, c := range []struct {
		name    string
		content []byte
		id      Identity
		len     int // -1 is refused
		says    string
	}{
		{"whole", whole, id, 6, ""},
		{"with a last line cut short", whole[:len(whole)-9], id, 5, ""},
		{"with a first line cut short", whole[:20], id, 0, ""},
		{"empty", nil, id, 0, ""},
		{"of another model", whole, other, -1, "its digest is d, not e"},
		{"with a damaged line", bytes.Replace(whole, []byte(`"rank":1`), []byte(`"rank":0`), 1), id, -1, "line 2 is damaged"},
		{"with an index beyond the list", bytes.Replace(whole, []byte(`{"i":5`), []byte(`{"i":6`), 1), id, -1, "line 7 is damaged"},
		{"that is none", []byte("my notes\n"), id, -1, "not a state file"},
		{"that is none and has one line", []byte("my notes"), id, -1, "not a state file"},
	} {
		if err := os.WriteFile(path, c.content, 0o644); err != nil {
			t.Fatal(err)
		}
		s, err := OpenState(path, c.id)
		if c.len < 0 {
			kept, readErr := os.ReadFile(path)
			if !errors.Is(err, ir.ErrInvalid) || !strings.Contains(err.Error(), c.says) || readErr != nil || !bytes.Equal(kept, c.content) {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		e := evaluation(list, 4)
		e.State = s
		if s.Len() != c.len {
			t.Errorf("%s: %d outcomes, want %d", c.name, s.Len(), c.len)
		}
		run(t, e)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if again, err := os.ReadFile(path); err != nil || len(again) != len(whole) {
			t.Errorf("%s: ends with %d bytes, want %d: %v", c.name, len(again), len(whole), err)
		}
	}
}
