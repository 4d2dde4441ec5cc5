// Package kernel holds the inner loops of the fast engine, on slices of
// float32.
//
// # Tiers
//
// Every kernel exists in portable Go; amd64 adds AVX2 and AVX-512, arm64 adds
// NEON. A tier is a table of functions that starts as the portable one and is
// overwritten by what an instruction set does better. The best tier of the CPU
// is active, unless the environment variable ALEXCONV_CPU names another;
// [Check] tells whether it could be obeyed. Assembly is written by the programs
// in _generate and works on whole vectors and valid pointers; the Go functions
// around it check lengths, once, and compute what is left over.
//
// # Convolution
//
// A convolution is computed directly, without im2col. The activations of one
// image lie in a buffer that already contains the padding. An output pixel is
// then a sum over some outer offsets from the pixel's window, and over a run of
// consecutive floats behind each: with channels innermost (NHWC) the offsets
// are the kernel positions and the run is the group's input channels, and where
// the whole row of a kernel is consecutive the run is longer. The first layer,
// with few channels, reads channels outermost (NCHW): the offsets are channels
// and kernel rows, the run is a kernel row. [Taps] holds offsets and run.
// Stride, dilation and groups are only numbers in this scheme.
//
// [Filters] keeps the weights as [outputs/columns][offset][run][columns], where
// columns is the number of output channels that a tile of the tier computes: 32
// with AVX-512, 16 with AVX2 and NEON. A tile computes 1 to 14 (AVX-512) or 6
// pixels of a row; a row is cut into tiles as equal as possible. Bias,
// normalisation and scale by channel, the sum with another value and ReLU are
// applied in registers ([After]), each rounded as in a step of its own, so that
// a layer is the same number whether or not its neighbours were taken in.
//
// # Matrix products
//
// A fully connected layer reads its weight rows where they are. At batch 1 it
// is bound by memory; four rows at once keep enough loads under way. With a
// batch, a tile of four rows by several vectors keeps the products in registers
// for the whole row.
package kernel
