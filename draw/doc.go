// Package draw draws a graph: a layered layout of its own, written as SVG, PNG or
// DOT.
//
// A picture is made in steps, each in a file of its own:
//
//	fold      nodes become blocks: what follows a layer value by value joins it
//	section   the graph is cut wherever a single value passes
//	collapse  runs of sections of one structure become one
//	rank, order, position, route    each section is laid out by itself
//	wrap      sections are stacked into strips that fit the page
//	paint     blocks and edges become rectangles, paths and text
//
// The layout knows two directions only, along the flow and across it; which of
// them is vertical is decided when a picture is painted. Every measure is in
// CSS pixels. The same graph and options give the same bytes.
package draw
