// Package guard holds fuzz targets to what every reader promises of hostile
// bytes: no panic, memory in proportion to the input, an answer within a
// second.
package guard

import (
	"fmt"
	"runtime/metrics"
	"testing"
	"time"
)

const (
	// MaxMemory is how many bytes reading an input of up to a mebibyte may
	// allocate in all; a longer one may take as many for each mebibyte.
	MaxMemory = 64 << 20
	// MaxTime is how long reading may take on an idle machine.
	MaxTime = time.Second

	// attempts is how often a slow call is timed: on a busy machine its
	// shortest time counts.
	attempts = 3
	// hang is when a call counts as one that never ends.
	hang = 30 * time.Second
)

// Read calls read, which reads the input and changes nothing else, and fails
// the test when that allocates more than [MaxMemory] or takes longer than
// [MaxTime]. A call that does not end is a panic, because no test could go on.
func Read(t testing.TB, input []byte, read func()) {
	t.Helper()
	before := allocated()
	spent := timed(read)
	if bytes := allocated() - before; bytes > max(MaxMemory, MaxMemory>>20*uint64(len(input))) {
		t.Fatalf("reading %d bytes allocates %d", len(input), bytes)
	}
	for i := 1; spent > MaxTime && i < attempts; i++ {
		spent = min(spent, timed(read))
	}
	if spent > MaxTime {
		t.Fatalf("reading %d bytes takes %v", len(input), spent)
	}
}

func timed(read func()) time.Duration {
	watchdog := time.AfterFunc(hang, func() { panic(fmt.Sprintf("reading has not ended after %v", hang)) })
	defer watchdog.Stop()
	start := time.Now()
	read()
	return time.Since(start)
}

// allocated is the number of bytes that the program has allocated so far.
func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
