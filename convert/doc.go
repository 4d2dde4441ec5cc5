// Package convert opens a model in any format as one graph and saves a graph
// in any format.
//
// A model is named by one path, or by a topology and its weights joined with a
// plus sign; see [ParseSpec]. Formats are known by content, then by name.
package convert
