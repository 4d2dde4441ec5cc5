// Package weights describes learned tensors: statistics, histograms, and the
// filters of a convolution as a picture.
package weights
