"""Runs an ONNX model in ONNX Runtime: MODEL INPUTS.npz OUTPUTS.npz."""
import sys

import numpy
import onnxruntime

model, inputs, outputs = sys.argv[1:]
session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
names = [value.name for value in session.get_outputs()]
results = session.run(names, dict(numpy.load(inputs)))
numpy.savez(outputs, **dict(zip(names, results)))
