// Package crosscheck reads and runs what alexconv writes with other people's
// programs: ONNX Runtime, the ONNX checker and numpy. It is a module of its
// own, so that none of them becomes a dependency of alexconv. A check whose
// program is absent is skipped and says so.
package crosscheck
