package caffe

import "github.com/alexconv/alexconv/ir"

// Phase is the state of a net that include and exclude rules look at first.
type Phase int

// The phases.
const (
	Test Phase = iota
	Train
)

// String is the phase's name in caffe.proto.
func (p Phase) String() string { return [...]string{"TEST", "TRAIN"}[p] }

// ReadOptions says how to read a net. The zero value is what Caffe does for
// inference, with missing weights refused.
type ReadOptions struct {
	// Phase, Level and Stages select layers by their include and exclude
	// rules; stages that the net itself asks for count as well.
	Phase  Phase
	Level  int
	Stages []string
	// Dialect is the fork of Caffe that the net was written for.
	Dialect Dialect
	// AllowMissing gives layers without weights in the file what Caffe's
	// default fillers give: scales of 1, PReLU slopes of 0.25, else zeros.
	AllowMissing bool
	// Warn is told, one line each, what is accepted but may surprise. It may
	// be nil.
	Warn func(string)
	// Limits bound what is accepted of a file; what is zero is its default.
	Limits ir.Limits
}

func (o ReadOptions) warn(line string) {
	if o.Warn != nil {
		o.Warn(line)
	}
}
