"""Runs a model in OpenCV's dnn module: MODEL INPUTS.npz OUTPUTS.npz.

MODEL is an ONNX file, a frozen TensorFlow graph, or TOPOLOGY.prototxt+WEIGHTS.caffemodel.
"""
import sys

import cv2
import numpy

model, inputs, outputs = sys.argv[1:]
topology, _, weights = model.partition("+")
if weights:
    net = cv2.dnn.readNetFromCaffe(topology, weights)
else:
    net = cv2.dnn.readNet(model)
net.setPreferableBackend(cv2.dnn.DNN_BACKEND_OPENCV)

arrays = dict(numpy.load(inputs))
for name, array in arrays.items():
    # A name that the importer has not kept belongs to the only input.
    net.setInput(array, name if len(arrays) > 1 else "")
names = net.getUnconnectedOutLayersNames()
results = net.forward(names)


def own_name(name):
    """The name without what the ONNX importer puts before it."""
    for prefix in ("onnx_node_output_0!", "onnx_node!"):
        if name.startswith(prefix):
            return name[len(prefix):]
    return name


numpy.savez(outputs, **{own_name(name): result for name, result in zip(names, results)})
