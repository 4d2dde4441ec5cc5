package code

import (
	"fmt"
	"strings"

	"github.com/alexconv/alexconv/ir"
)

// keras is the module for TensorFlow 2. Its model holds variables in a dict by
// the layers' keys, so that no layer's name meets an attribute of Keras.
var keras = &framework{
	name:    "Keras",
	writers: make(map[string]func(*program, ir.Op) error),
	reserved: []string{"argparse", "numpy", "os", "tf", "WEIGHTS", "OUTPUTS", "Model", "main", "p", "inputs",
		"positions", "same_pads", "conv", "dense", "rows", "max_pool", "average_pool"},
	assemble: assembleKeras,
}

// imagesLast is a shape as the Keras module has it: an image as N, H, W, C.
func imagesLast(s ir.Shape) ir.Shape {
	if len(s) != 4 {
		return s
	}
	return ir.Shape{s[0], s[2], s[3], s[1]}
}

// lastAxis is where an axis of ir stands in the Keras module.
func lastAxis(axis, rank int) (int, error) {
	axis, err := ir.Axis(axis, rank)
	if err != nil || rank != 4 {
		return axis, err
	}
	return [4]int{0, 3, 1, 2}[axis], nil
}

func assembleKeras(p *program, o Options) string {
	arguments, unpack := p.inputVars()[0], []string(nil)
	if in := p.inputVars(); len(in) > 1 {
		arguments, unpack = "inputs", []string{strings.Join(in, ", ") + " = inputs"}
	}
	if len(p.init) > 0 {
		unpack = append(unpack, "p = self.p")
	}
	body := append(append(unpack, p.body...), "return "+strings.Join(p.outputVars(), ", "))
	return fmt.Sprintf(kerasModule,
		p.title(), escape(o.Weights), p.inputsText(imagesLast),
		quote(o.Weights), p.outputNames(),
		p.fragmentsText([]string{"keras_conv", "keras_dense", "keras_rows", "positions", "same_pads", "keras_max_pool", "keras_average_pool"}),
		indented(8, p.init), arguments, indented(8, body), len(p.inputVars()))
}

// kerasModule is the module around the model's own lines.
const kerasModule = `"""%s for TensorFlow 2 and Keras, written by alexconv.

The weights are in %s beside this file, a numpy dict {layer: {"weights": ..., "biases": ...}}
with filters (kh, kw, in/group, out) and matrices (in, out).
Images are N, H, W, C. Inputs: %s; the batch is free.

    python3 THIS_FILE input.npy -o outputs.npz
"""

import argparse
import os

import numpy
import tensorflow as tf

WEIGHTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), %s)
OUTPUTS = %s


%sclass Model(tf.keras.Model):
    def __init__(self, weights=None):
        super().__init__()
        if weights is None:
            weights = numpy.load(WEIGHTS, allow_pickle=True, encoding="latin1").item()
        p = {}
%s        self.p = p

    def take(self, file, layer, /, **shapes):
        """Makes variables of a layer's arrays."""
        arrays, variables = file[layer], {}
        for role, shape in shapes.items():
            if arrays[role].shape != shape:
                raise ValueError(f"{layer}: {role} is {arrays[role].shape}, the model needs {shape}")
            variables[role] = self.add_weight(name=role, shape=shape, dtype="float32", initializer="zeros")
            variables[role].assign(arrays[role])
        return variables

    def call(self, %s, training=False):
%s

def main():
    parser = argparse.ArgumentParser(description="Runs the model on one .npy array for each input.")
    parser.add_argument("inputs", nargs=%d, metavar="INPUT.npy")
    parser.add_argument("-o", "--output", metavar="OUT.npz", help="save the outputs")
    parser.add_argument("--nchw", action="store_true", help="images are N, C, H, W, in and out")
    args = parser.parse_args()
    inputs = [numpy.load(path).astype("float32") for path in args.inputs]
    if args.nchw:
        inputs = [x.transpose(0, 2, 3, 1) if x.ndim == 4 else x for x in inputs]
    outputs = Model()(inputs if len(inputs) > 1 else inputs[0])
    outputs = [y.numpy() for y in (outputs if isinstance(outputs, (list, tuple)) else [outputs])]
    if args.nchw:
        outputs = [y.transpose(0, 3, 1, 2) if y.ndim == 4 else y for y in outputs]
    for name, y in zip(OUTPUTS, outputs):
        print(name, y.shape)
    if args.output:
        numpy.savez(args.output, **dict(zip(OUTPUTS, outputs)))


if __name__ == "__main__":
    main()
`
