package caffe

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// formatText prints a message in protobuf's text format, one field a line.
func formatText(m *message) []byte {
	var b bytes.Buffer
	writeFields(&b, m, 0)
	return b.Bytes()
}

func writeFields(b *bytes.Buffer, m *message, depth int) {
	indent := strings.Repeat("  ", depth)
	for _, v := range m.values {
		if v.sub == nil {
			fmt.Fprintf(b, "%s%s: %s\n", indent, v.field.name, formatScalar(v))
			continue
		}
		fmt.Fprintf(b, "%s%s {\n", indent, v.field.name)
		writeFields(b, v.sub, depth+1)
		fmt.Fprintf(b, "%s}\n", indent)
	}
}

func formatScalar(v value) string {
	switch v.field.kind {
	case kindString:
		return quote(v.text)
	case kindFloat:
		return formatFloat(v.float(), 32)
	case kindDouble:
		return formatFloat(v.float(), 64)
	case kindBool:
		return strconv.FormatBool(v.bits != 0)
	case kindEnum:
		return v.field.enum.byNumber[int32(v.bits)]
	}
	return strconv.FormatInt(int64(v.bits), 10)
}

// formatFloat is the shortest decimal that reads back to the same number.
func formatFloat(x float64, bits int) string {
	switch {
	case math.IsInf(x, 1):
		return "inf"
	case math.IsInf(x, -1):
		return "-inf"
	case math.IsNaN(x):
		return "nan"
	}
	return strconv.FormatFloat(x, 'g', -1, bits)
}

// quote writes a string literal: UTF-8 as it is, everything else escaped.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch c := s[i]; {
		case c == '"', c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c < ' ' || c == 0x7f || r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\%03o`, c)
		default:
			b.WriteString(s[i : i+size])
		}
		i += size
	}
	b.WriteByte('"')
	return b.String()
}
