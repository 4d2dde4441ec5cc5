package npy

import "bytes"

// Kind is what the first bytes of a file say that it is.
type Kind int

// The kinds of file that this package reads.
const (
	Unknown Kind = iota
	NPY          // one array, or the pickled dict inside one
	NPZ          // a zip archive of arrays
)

// Detect tells numpy's files by their first bytes; 6 of them suffice. Any zip
// archive counts as an .npz.
func Detect(prefix []byte) Kind {
	switch {
	case bytes.HasPrefix(prefix, []byte(magic)):
		return NPY
	case bytes.HasPrefix(prefix, []byte("PK\x03\x04")), bytes.HasPrefix(prefix, []byte("PK\x05\x06")):
		return NPZ
	}
	return Unknown
}
