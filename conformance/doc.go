// Package conformance holds the tests that run whole models through every
// wing: files are opened, run on each engine and compared with what real Caffe
// computed.
package conformance
