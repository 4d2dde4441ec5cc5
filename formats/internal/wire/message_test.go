package wire

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
)

func encoded(t *testing.T, m *Message) []byte {
	t.Helper()
	var b bytes.Buffer
	n, err := m.WriteTo(&b)
	if err != nil || n != int64(b.Len()) || n != m.Size() {
		t.Fatalf("wrote %d bytes, said %d, of %d: %v", b.Len(), n, m.Size(), err)
	}
	return b.Bytes()
}

func TestMessage(t *testing.T) {
	cases := []struct {
		name string
		make func(*Message)
		want []byte
	}{
		{"nothing", func(*Message) {}, nil},
		{"a number", func(m *Message) { m.Int(1, 300) }, []byte{8, 0xac, 2}},
		{"a float", func(m *Message) { m.Float(1, 1) }, []byte{13, 0, 0, 0x80, 0x3f}},
		{"a string", func(m *Message) { m.Text(2, "ab") }, []byte{18, 2, 'a', 'b'}},
		{"an empty string", func(m *Message) { m.Text(2, "") }, []byte{18, 0}},
		{"an optional string", func(m *Message) { m.OptionalText(2, "a"); m.OptionalText(3, "") }, []byte{18, 1, 'a'}},
		{"bytes", func(m *Message) { m.Bytes(2, []byte{0, 1}) }, []byte{18, 2, 0, 1}},
		{"packed numbers", func(m *Message) { m.Packed(1, []int64{1, 200}) }, []byte{10, 3, 1, 0xc8, 1}},
		{"encoded fields", func(m *Message) { m.Append([]byte{8, 1}); m.Int(1, 2) }, []byte{8, 1, 8, 2}},
		{"floats", func(m *Message) { m.Payload(1, Floats{1, 2}) }, []byte{10, 8, 0, 0, 0x80, 0x3f, 0, 0, 0, 0x40}},
		{"no floats", func(m *Message) { m.Payload(1, Floats{}) }, []byte{10, 0}},
		{"raw bytes between fields", func(m *Message) { m.Int(1, 1); m.Payload(2, Raw{7, 8}); m.Int(1, 2) }, []byte{8, 1, 18, 2, 7, 8, 8, 2}},
		{"a message in a message, with a payload", func(m *Message) {
			inner, innermost := &Message{}, &Message{}
			innermost.Payload(1, Raw{9})
			inner.Message(2, innermost)
			inner.Int(3, 1)
			m.Message(4, inner)
			m.Int(5, 1)
		}, []byte{34, 7, 18, 3, 10, 1, 9, 24, 1, 40, 1}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			m := &Message{}
			c.make(m)
			for range 2 { // it may be written again
				if got := encoded(t, m); !slices.Equal(got, c.want) {
					t.Errorf("got %v, want %v", got, c.want)
				}
			}
		})
	}
}

// TestPayloadsAreWrittenLate changes a payload and a copied field after they
// were added.
func TestPayloadsAreWrittenLate(t *testing.T) {
	payload, copied := []byte{1}, []byte{1}
	m := &Message{}
	m.Payload(1, Raw(payload))
	m.Bytes(1, copied)
	payload[0], copied[0] = 2, 2
	if got := encoded(t, m); !slices.Equal(got, []byte{10, 1, 2, 10, 1, 1}) {
		t.Errorf("got %v", got)
	}
}

// TestInnerStaysItsOwn adds to the outer message after it took the inner one.
func TestInnerStaysItsOwn(t *testing.T) {
	inner, outer := &Message{}, &Message{}
	inner.Append(append(make([]byte, 0, 64), 8, 1))
	outer.Message(1, inner)
	outer.Int(2, 3)
	inner.Int(1, 4)
	if got := encoded(t, outer); !slices.Equal(got, []byte{10, 2, 8, 1, 16, 3}) {
		t.Errorf("got %v", got)
	}
}

func TestEqual(t *testing.T) {
	number := func(v int64) *Message { m := &Message{}; m.Int(1, v); return m }
	heavy := func() *Message { m := &Message{}; m.Payload(1, Raw{1}); return m }
	cases := []struct {
		name string
		a, b *Message
		want bool
	}{
		{"two empty ones", &Message{}, &Message{}, true},
		{"the same number", number(1), number(1), true},
		{"another number", number(1), number(2), false},
		{"one empty", number(1), &Message{}, false},
		{"payloads", heavy(), heavy(), false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := c.a.Equal(c.b); got != c.want {
				t.Errorf("Equal is %v", got)
			}
		})
	}
}

// full is a writer that has room for some bytes.
type full int

var errFull = errors.New("no space left")

func (f *full) Write(b []byte) (int, error) {
	n := min(len(b), int(*f))
	if *f -= full(n); n < len(b) {
		return n, errFull
	}
	return n, nil
}

func TestWriteErrors(t *testing.T) {
	m := &Message{}
	m.Int(1, 1)
	m.Payload(2, Raw{1, 2, 3})
	for room := range int(m.Size()) {
		f := full(room)
		if n, err := m.WriteTo(&f); n != int64(room) || !errors.Is(err, errFull) {
			t.Errorf("with room for %d bytes: wrote %d, %v", room, n, err)
		}
	}
}

func TestQuote(t *testing.T) {
	cases := []struct{ name, s, want string }{
		{"plain", "conv1", `"conv1"`},
		{"unprintable", "a\x1b[2J\n", `"a\x1b[2J\n"`},
		{"80 bytes", strings.Repeat("a", 80), `"` + strings.Repeat("a", 80) + `"`},
		{"81 bytes", strings.Repeat("a", 81), `"` + strings.Repeat("a", 80) + `..."`},
		{"not cut inside a rune", strings.Repeat("a", 79) + "ßß", `"` + strings.Repeat("a", 79) + `..."`},
		{"nothing but continuation bytes", strings.Repeat("\x80", 81), `"..."`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := Quote(c.s); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}
