// Package hdf5 reads the part of the HDF5 format in which Caffe writes weights:
// a superblock of version 0 or 1, groups with symbol tables, and datasets of
// numbers that lie in the file in one piece. Everything is a view of the file,
// and every address, length and count in it is checked before it is used.
//
// The layouts are those of The HDF Group's "HDF5 File Format Specification",
// version 3.0; the sections are named where they are used.
package hdf5
