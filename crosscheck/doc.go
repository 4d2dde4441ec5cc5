// Package crosscheck holds what alexconv reads and writes against other people's
// programs: ONNX Runtime, the ONNX checker, onnx-go, PyTorch and its exports,
// OpenCV, numpy, npyio and the text parser of golang/protobuf. It is a module of
// its own, so that none of them becomes a dependency of alexconv. A check whose
// program is absent is skipped and says so.
package crosscheck
