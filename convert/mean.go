package convert

import (
	"context"
	"slices"

	"github.com/alexconv/alexconv/formats/caffe"
	"github.com/alexconv/alexconv/ir"
)

// ReadMean reads the one file that the text names if it is a mean image of
// Caffe's, a binaryproto; isMean says whether it is. [caffe.ReadMean] says what
// the tensor's shape is.
func ReadMean(text string, o OpenOptions) (mean *ir.Tensor, isMean bool, err error) {
	spec, err := ParseSpec(text)
	if err != nil || spec.Zoo || spec.Weights != "" || spec.Topology == standardInput {
		return nil, false, err
	}
	f, err := openFile(context.Background(), spec.Topology, nil, mapped)
	if err != nil {
		return nil, false, err
	}
	defer f.close()
	format := o.From
	if format == "" {
		if format, err = detect(f); err != nil {
			return nil, false, err
		}
	}
	if format != Binaryproto {
		return nil, false, nil
	}
	if mean, err = caffe.ReadMean(f.data); err != nil {
		return nil, true, f.wrap(err)
	}
	mean.Data = slices.Clone(mean.Data)
	return mean, true, nil
}
