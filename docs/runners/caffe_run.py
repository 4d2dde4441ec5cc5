"""Runs a model in Caffe: TOPOLOGY.prototxt WEIGHTS.caffemodel INPUTS.npz OUTPUTS.npz.

Every blob is written, so that each layer is compared that alexconv has under the same name.
"""
import os
import sys

os.environ.setdefault("GLOG_minloglevel", "2")

import caffe
import numpy

topology, weights, inputs, outputs = sys.argv[1:]
caffe.set_mode_cpu()
net = caffe.Net(topology, weights, caffe.TEST)
for name, array in numpy.load(inputs).items():
    net.blobs[name].reshape(*array.shape)
    net.blobs[name].data[...] = array
net.reshape()
net.forward()
# Split layers copy blobs under names that the prototxt does not have.
numpy.savez(outputs, **{name: blob.data for name, blob in net.blobs.items() if "_split_" not in name})
