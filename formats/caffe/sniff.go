package caffe

import (
	"bytes"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"
)

// sniffed is how much of a file says which format it has.
const sniffed = 4096

// isText decides how to read a file: as text also where it is malformed text.
func isText(src []byte) bool {
	prefix := src[:min(len(src), sniffed)]
	return !LooksLikeModel(prefix) && (beginsAsText(prefix) || !bytes.ContainsFunc(prefix, isControl))
}

// isControl reports characters that no text has.
func isControl(r rune) bool { return r < '\t' || r > '\r' && r < ' ' }

// LooksLikeText reports whether a file that begins with prefix may be a
// prototxt: text whose first word is followed by a colon or an opening
// bracket. A byte order mark is let through, so that the parser can name it.
func LooksLikeText(prefix []byte) bool {
	return len(prefix) > 0 && !bytes.ContainsFunc(prefix, isControl) && beginsAsText(prefix)
}

func beginsAsText(prefix []byte) bool {
	t := tokenizer{src: string(bytes.TrimPrefix(prefix, []byte("\uFEFF")))}
	t.skipBlank()
	if t.atEnd() {
		return true
	}
	if !t.try(isLetter) {
		return false
	}
	t.skip(isAlphanumeric)
	t.skipBlank()
	return t.atEnd() || bytes.IndexByte([]byte(":{<["), t.char()) >= 0
}

// LooksLikeModel reports whether a file that begins with prefix may be a
// caffemodel: protobuf fields that a NetParameter has, with their wire types,
// up to the first layer. An ONNX model differs in its first byte. Without a
// layer in sight the name must be UTF-8, which Caffe does not ask of it.
func LooksLikeModel(prefix []byte) bool {
	if LooksLikeText(prefix) {
		return false
	}
	named, text := false, true
	for b := prefix; len(b) > 0; {
		number, typ, n := protowire.ConsumeTag(b)
		if n < 0 {
			return named && text
		}
		f := netParameter.byNumber[int32(number)]
		if f == nil || typ != f.kind.wireType() {
			return false
		}
		rest := b[n:]
		if typ != protowire.BytesType {
			if n = protowire.ConsumeFieldValue(number, typ, rest); n < 0 {
				return named && text
			}
			b = rest[n:]
			continue
		}
		size, n := protowire.ConsumeVarint(rest)
		if n < 0 {
			return named && text
		}
		content := rest[n:]
		if f.message != nil {
			return beginsAs(f.message, content)
		}
		if uint64(len(content)) > size {
			content = content[:size]
		} else {
			return f.name == "name" && !named
		}
		if f.name == "name" && named {
			return false
		}
		named, text = true, text && utf8.Valid(content)
		b = rest[n+len(content):]
	}
	return named && text
}

// beginsAs reports whether content may begin a message of the given schema.
func beginsAs(s *schema, content []byte) bool {
	if len(content) == 0 {
		return true
	}
	number, typ, n := protowire.ConsumeTag(content)
	f := s.byNumber[int32(number)]
	return n < 0 || f != nil && typ == f.kind.wireType()
}
