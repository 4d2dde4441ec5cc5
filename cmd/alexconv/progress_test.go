package main

import (
	"bytes"
	"testing"
	"testing/synctest"
	"time"
)

func TestProgressIsForWhatTakesLong(t *testing.T) {
	type step struct {
		after time.Duration
		path  string
		total int64
	}
	for _, c := range []struct {
		name  string
		steps []step
		want  string
	}{
		{"quick", []step{{0, "a", 1}, {400 * time.Millisecond, "a", 2}}, ""},
		{"slow", []step{{0, "dir/a", 0}, {time.Second, "dir/a", 250e6}}, "\r\x1b[Kwriting a: 250.0 MB, 250.0 MB/s\r\x1b[K"},
		{"not more often than it can be read", []step{{0, "a", 0}, {time.Second, "a", 1e6}, {time.Millisecond, "a", 2e6}, {time.Second, "a", 8e6}},
			"\r\x1b[Kwriting a: 1.0 MB, 1.0 MB/s\r\x1b[Kwriting a: 8.0 MB, 4.0 MB/s\r\x1b[K"},
		{"the speed of each file by itself", []step{{0, "a", 0}, {time.Second, "a", 1e6}, {time.Second, "b", 0}, {time.Second, "b", 3e6}},
			"\r\x1b[Kwriting a: 1.0 MB, 1.0 MB/s\r\x1b[Kwriting b: 0.0 MB, 0.0 MB/s\r\x1b[Kwriting b: 3.0 MB, 3.0 MB/s\r\x1b[K"},
	} {
		synctest.Test(t, func(t *testing.T) {
			var out bytes.Buffer
			m := &meter{w: &out, begun: time.Now()}
			for _, s := range c.steps {
				time.Sleep(s.after)
				m.written(s.path, s.total)
			}
			m.end()
			if out.String() != c.want {
				t.Errorf("%s: %q, want %q", c.name, out.String(), c.want)
			}
		})
	}
}

func TestNoProgressBesideATerminal(t *testing.T) {
	var out bytes.Buffer
	a := &app{stderr: &out}
	m := a.newMeter()
	m.written("a", 1)
	m.end()
	if m != nil || out.Len() != 0 {
		t.Errorf("a pipe gets %q", out.String())
	}
}
