"""AlexNetShapes for TensorFlow 2 and Keras, written by alexconv.

The weights are in net.npy beside this file, a numpy dict {layer: {"weights": ..., "biases": ...}}
with filters (kh, kw, in/group, out) and matrices (in, out).
Images are N, H, W, C. Inputs: data 1x227x227x3; the batch is free.

    python3 THIS_FILE input.npy -o outputs.npz
"""

import argparse
import os

import numpy
import tensorflow as tf

WEIGHTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "net.npy")
OUTPUTS = ["prob"]


def conv(x, p, strides, padding, dilations=(1, 1), groups=1):
    """Convolves; each group of output channels sees its own share of the input channels."""
    parts = zip(tf.split(x, groups, 3), tf.split(p["weights"], groups, 3))
    y = tf.concat([tf.nn.conv2d(part, filters, strides, padding, dilations=dilations) for part, filters in parts], 3)
    return tf.nn.bias_add(y, p["biases"]) if "biases" in p else y


def dense(x, p):
    """Multiplies rows of features by a matrix (in, out)."""
    y = tf.matmul(x, p["weights"])
    return tf.nn.bias_add(y, p["biases"]) if "biases" in p else y


def positions(size, kernel, stride, begin, end, ceil, clip):
    """Counts the windows along an axis: ceil rounds up, and clip drops a last one that would start behind the input."""
    span = size + begin + end - kernel
    count = (-(-span // stride) if ceil else span // stride) + 1
    if clip and (count - 1) * stride >= size + begin:
        count -= 1
    return count


def max_pool(x, kernel, strides, pads=((0, 0), (0, 0)), ceil=False, clip=False):
    """Takes maxima as Caffe does: padding never counts, and rounding up lets the last window reach beyond the end."""
    edges = []
    for size, k, s, (begin, end) in zip(x.shape[1:3], kernel, strides, pads):
        count = positions(size, k, s, begin, end, ceil, clip)
        edges.append((begin, max((count - 1) * s + k - size - begin, 0)))
    x = tf.pad(x, [(0, 0), *edges, (0, 0)], constant_values=x.dtype.min)
    return tf.nn.max_pool2d(x, kernel, strides, "VALID")


class Model(tf.keras.Model):
    def __init__(self, weights=None):
        super().__init__()
        if weights is None:
            weights = numpy.load(WEIGHTS, allow_pickle=True, encoding="latin1").item()
        p = {}
        p["conv1"] = self.take(weights, "conv1", weights=(11, 11, 3, 16), biases=(16,))
        p["conv2"] = self.take(weights, "conv2", weights=(5, 5, 8, 32), biases=(32,))
        p["conv3"] = self.take(weights, "conv3", weights=(3, 3, 32, 48), biases=(48,))
        p["conv4"] = self.take(weights, "conv4", weights=(3, 3, 24, 48), biases=(48,))
        p["conv5"] = self.take(weights, "conv5", weights=(3, 3, 24, 32), biases=(32,))
        p["fc6"] = self.take(weights, "fc6", weights=(1152, 128), biases=(128,))
        p["fc7"] = self.take(weights, "fc7", weights=(128, 128), biases=(128,))
        p["fc8"] = self.take(weights, "fc8", weights=(128, 12), biases=(12,))
        self.p = p

    def take(self, file, layer, /, **shapes):
        """Makes variables of a layer's arrays."""
        arrays, variables = file[layer], {}
        for role, shape in shapes.items():
            if arrays[role].shape != shape:
                raise ValueError(f"{layer}: {role} is {arrays[role].shape}, the model needs {shape}")
            variables[role] = self.add_weight(name=role, shape=shape, dtype="float32", initializer="zeros")
            variables[role].assign(arrays[role])
        return variables

    def call(self, data, training=False):
        p = self.p
        conv1 = conv(data, p["conv1"], (4, 4), "VALID")
        conv1 = tf.nn.relu(conv1)  # relu1
        norm1 = tf.nn.local_response_normalization(conv1, depth_radius=2, bias=1.0, alpha=2e-05, beta=0.75)
        pool1 = max_pool(norm1, (3, 3), (2, 2), ceil=True)
        conv2 = conv(pool1, p["conv2"], (1, 1), [(0, 0), (2, 2), (2, 2), (0, 0)], groups=2)
        conv2 = tf.nn.relu(conv2)  # relu2
        norm2 = tf.nn.local_response_normalization(conv2, depth_radius=2, bias=1.0, alpha=2e-05, beta=0.75)
        pool2 = max_pool(norm2, (3, 3), (2, 2), ceil=True)
        conv3 = conv(pool2, p["conv3"], (1, 1), [(0, 0), (1, 1), (1, 1), (0, 0)])
        conv3 = tf.nn.relu(conv3)  # relu3
        conv4 = conv(conv3, p["conv4"], (1, 1), [(0, 0), (1, 1), (1, 1), (0, 0)], groups=2)
        conv4 = tf.nn.relu(conv4)  # relu4
        conv5 = conv(conv4, p["conv5"], (1, 1), [(0, 0), (1, 1), (1, 1), (0, 0)], groups=2)
        conv5 = tf.nn.relu(conv5)  # relu5
        pool5 = max_pool(conv5, (3, 3), (2, 2), ceil=True)
        fc6 = dense(tf.reshape(pool5, [-1, 1152]), p["fc6"])
        fc6 = tf.nn.relu(fc6)  # relu6
        fc6 = tf.nn.dropout(fc6, 0.5) if training else fc6  # drop6
        fc7 = dense(fc6, p["fc7"])
        fc7 = tf.nn.relu(fc7)  # relu7
        fc7 = tf.nn.dropout(fc7, 0.5) if training else fc7  # drop7
        fc8 = dense(fc7, p["fc8"])
        prob = tf.nn.softmax(fc8, axis=1)
        return prob


def main():
    parser = argparse.ArgumentParser(description="Runs the model on one .npy array for each input.")
    parser.add_argument("inputs", nargs=1, metavar="INPUT.npy")
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
