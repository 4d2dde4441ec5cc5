package onnx

import "github.com/alexconv/alexconv/ir"

// The versions of the default operator set that are read and written.
// Versions up to NewestOpset are read; opset 6 differs from 7 in how binary
// operations broadcast, and is read only.
const (
	OldestRead  = 6
	OldestWrite = 7
	NewestOpset = 26
	// DefaultOpset is what Write uses unless told otherwise.
	DefaultOpset = 13
)

// irVersions holds, for each opset from OldestWrite on, the IR version of the
// ONNX release that introduced it.
var irVersions = [...]int64{3, 3, 4, 5, 6, 7, 7, 7, 8, 8, 8, 8, 9, 9, 10, 10, 11, 12, 13, 13}

// irVersion is the IR version that goes with an opset which is written.
func irVersion(opset int) int64 { return irVersions[opset-OldestWrite] }

// initialisersAreInputs reports whether every initialiser must be declared as
// a graph input too.
func initialisersAreInputs(irVersion int64) bool { return irVersion < 4 }

// opset finds the version of the default operator set that a model uses.
func (m *model) opset() (int, error) {
	found := int64(0)
	for _, o := range m.opsets {
		if defaultDomain(o.domain) {
			if found != 0 {
				return 0, ir.Errorf(ir.ErrInvalid, "onnx: the model imports two versions of the default operator set")
			}
			found = o.version
		}
	}
	switch {
	case found == 0:
		return 0, ir.Errorf(ir.ErrInvalid, "onnx: the model does not import the default operator set")
	case found < OldestRead || found > NewestOpset:
		return 0, ir.Errorf(ir.ErrUnsupported, "onnx: opset %d is not supported; %d to %d are", found, OldestRead, NewestOpset)
	}
	return int(found), nil
}

// defaultDomain reports whether a domain is that of ONNX's own operators.
func defaultDomain(domain string) bool { return domain == "" || domain == "ai.onnx" }
