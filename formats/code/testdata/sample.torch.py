"""AlexNetShapes for PyTorch, written by alexconv.

The weights are in net.npz beside this file, a numpy archive with the keys LAYER/0 and LAYER/1 and Caffe's
layouts, which are PyTorch's: filters (out, in/group, kh, kw), matrices (out, in).
Images are N, C, H, W. Inputs: data 1x3x227x227; the batch is free.

    python3 THIS_FILE input.npy -o outputs.npz
"""

import argparse
import os

import numpy
import torch
import torch.nn.functional as F
from torch import nn

WEIGHTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "net.npz")
OUTPUTS = ["prob"]


def take(module, weights, layer, transposed=False):
    """Fills a module with the arrays LAYER/0 and LAYER/1."""
    with torch.no_grad():
        for i, parameter in enumerate((module.weight, module.bias)):
            if parameter is None:
                continue
            array = torch.from_numpy(numpy.array(weights[f"{layer}/{i}"], "float32"))
            if transposed and i == 0:
                array = array.T
            if array.shape != parameter.shape:
                raise ValueError(f"{layer}/{i} is {tuple(array.shape)}, the model needs {tuple(parameter.shape)}")
            parameter.copy_(array)
    return module


def pad(x, pads, value=0.0):
    """Pads height and width by ((top, bottom), (left, right))."""
    (top, bottom), (left, right) = pads
    return F.pad(x, (left, right, top, bottom), value=value)


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
    for size, k, s, (begin, end) in zip(x.shape[2:], kernel, strides, pads):
        count = positions(size, k, s, begin, end, ceil, clip)
        edges.append((begin, max((count - 1) * s + k - size - begin, 0)))
    return F.max_pool2d(pad(x, edges, torch.finfo(x.dtype).min), kernel, strides)


class Model(nn.Module):
    def __init__(self, weights=None):
        super().__init__()
        if weights is None:
            weights = numpy.load(WEIGHTS)
        self.conv1 = take(nn.Conv2d(3, 16, (11, 11), stride=(4, 4)), weights, "conv1")
        self.conv2 = take(nn.Conv2d(16, 32, (5, 5), padding=(2, 2), groups=2), weights, "conv2")
        self.conv3 = take(nn.Conv2d(32, 48, (3, 3), padding=(1, 1)), weights, "conv3")
        self.conv4 = take(nn.Conv2d(48, 48, (3, 3), padding=(1, 1), groups=2), weights, "conv4")
        self.conv5 = take(nn.Conv2d(48, 32, (3, 3), padding=(1, 1), groups=2), weights, "conv5")
        self.fc6 = take(nn.Linear(1152, 128), weights, "fc6")
        self.fc7 = take(nn.Linear(128, 128), weights, "fc7")
        self.fc8 = take(nn.Linear(128, 12), weights, "fc8")

    def forward(self, data):
        conv1 = self.conv1(data)
        conv1 = F.relu(conv1)  # relu1
        norm1 = F.local_response_norm(conv1, 5, alpha=0.0001, beta=0.75, k=1.0)
        pool1 = max_pool(norm1, (3, 3), (2, 2), ceil=True)
        conv2 = self.conv2(pool1)
        conv2 = F.relu(conv2)  # relu2
        norm2 = F.local_response_norm(conv2, 5, alpha=0.0001, beta=0.75, k=1.0)
        pool2 = max_pool(norm2, (3, 3), (2, 2), ceil=True)
        conv3 = self.conv3(pool2)
        conv3 = F.relu(conv3)  # relu3
        conv4 = self.conv4(conv3)
        conv4 = F.relu(conv4)  # relu4
        conv5 = self.conv5(conv4)
        conv5 = F.relu(conv5)  # relu5
        pool5 = max_pool(conv5, (3, 3), (2, 2), ceil=True)
        fc6 = self.fc6(torch.flatten(pool5, 1))
        fc6 = F.relu(fc6)  # relu6
        fc6 = F.dropout(fc6, 0.5, self.training)  # drop6
        fc7 = self.fc7(fc6)
        fc7 = F.relu(fc7)  # relu7
        fc7 = F.dropout(fc7, 0.5, self.training)  # drop7
        fc8 = self.fc8(fc7)
        prob = F.softmax(fc8, dim=1)
        return prob


def main():
    parser = argparse.ArgumentParser(description="Runs the model on one .npy array for each input.")
    parser.add_argument("inputs", nargs=1, metavar="INPUT.npy")
    parser.add_argument("-o", "--output", metavar="OUT.npz", help="save the outputs")
    args = parser.parse_args()
    inputs = [torch.from_numpy(numpy.load(path).astype("float32")) for path in args.inputs]
    with torch.no_grad():
        outputs = Model().eval()(*inputs)
    outputs = [y.numpy() for y in (outputs if isinstance(outputs, tuple) else [outputs])]
    for name, y in zip(OUTPUTS, outputs):
        print(name, y.shape)
    if args.output:
        numpy.savez(args.output, **dict(zip(OUTPUTS, outputs)))


if __name__ == "__main__":
    main()
