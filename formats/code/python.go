package code

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/alexconv/alexconv/ir"
)

// quote is a Python string literal of printable ASCII that means s, which is
// valid UTF-8.
func quote(s string) string { return `"` + escape(s) + `"` }

// escape is the inside of such a literal; it has no quotes, no line breaks and
// no lone backslashes.
func escape(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r >= ' ' && r < 0x7f:
			b.WriteRune(r)
		case r <= 0xff:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r <= 0xffff:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	return b.String()
}

// keywords are Python's, soft ones included, with the built-in names that the
// modules use.
var keywords = strings.Fields(`
	False None True and as assert async await break class continue def del elif else except finally for from global
	if import in is lambda nonlocal not or pass raise return try while with yield match case type print
	max min range zip len list dict tuple super float int str sum enumerate isinstance ValueError self training`)

// identifiers hands out Python identifiers that are not taken.
type identifiers map[string]bool

func newIdentifiers(reserved ...string) identifiers {
	taken := make(identifiers)
	for _, list := range [][]string{keywords, reserved} {
		for _, name := range list {
			taken[name] = true
		}
	}
	return taken
}

// free gives an identifier for a name: ASCII letters, digits and underscores,
// the rest as underscores, and a number behind it if another has that already.
func (t identifiers) free(name string) string {
	clean := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, name)
	// A leading underscore would make it private, two would mangle it.
	clean = strings.TrimLeft(clean, "_")
	if clean == "" || clean[0] >= '0' && clean[0] <= '9' {
		clean = "x" + clean
	}
	id := clean
	for i := 2; t[id]; i++ {
		id = fmt.Sprintf("%s_%d", clean, i)
	}
	t[id] = true
	return id
}

// number is a float32 as the shortest decimal that reads back to it.
func number(v float32) (string, error) {
	if v != v || v-v != 0 {
		return "", ir.Errorf(ir.ErrUnsupported, "an attribute is not a finite number")
	}
	text := strconv.FormatFloat(float64(v), 'g', -1, 32)
	if !strings.ContainsAny(text, ".e") {
		text += ".0"
	}
	return text, nil
}

// tuple is a Python tuple of integers.
func tuple(list ...int) string {
	var parts []string
	for _, v := range list {
		parts = append(parts, strconv.Itoa(v))
	}
	if len(parts) == 1 {
		return "(" + parts[0] + ",)"
	}
	return "(" + strings.Join(parts, ", ") + ")"
}
