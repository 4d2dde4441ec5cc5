package guard

import (
	"runtime"
	"testing"
	"time"
)

// recorder is a test that notes its failure instead of failing.
type recorder struct {
	testing.TB
	failed bool
}

func (r *recorder) Helper() {}

func (r *recorder) Fatalf(string, ...any) {
	r.failed = true
	runtime.Goexit()
}

func TestRead(t *testing.T) {
	var kept []byte
	for _, c := range []struct {
		name  string
		input int
		read  func()
		fails bool
	}{
		{"little of anything", 10, func() { kept = make([]byte, 1<<20) }, false},
		{"just the memory", 10, func() { kept = make([]byte, MaxMemory-1<<20) }, false},
		{"too much memory", 10, func() { kept = make([]byte, MaxMemory+1) }, true},
		{"too much memory in parts", 10, func() {
			for range 1000 {
				kept = make([]byte, MaxMemory/999)
			}
		}, true},
		{"much memory for a long input", 4 << 20, func() { kept = make([]byte, MaxMemory+1) }, false},
		{"too long", 10, func() { time.Sleep(MaxTime + 10*time.Millisecond) }, true},
	} {
		r := &recorder{TB: t}
		done := make(chan bool)
		go func() {
			defer close(done)
			Read(r, make([]byte, c.input), c.read)
		}()
		<-done
		if r.failed != c.fails {
			t.Errorf("%s: failed %v, want %v", c.name, r.failed, c.fails)
		}
	}
	runtime.KeepAlive(kept)
}

func TestASlowMomentIsForgiven(t *testing.T) {
	calls := 0
	Read(t, nil, func() {
		if calls++; calls == 1 {
			time.Sleep(MaxTime + 10*time.Millisecond)
		}
	})
	if calls != 2 {
		t.Errorf("%d calls, want 2", calls)
	}
}
