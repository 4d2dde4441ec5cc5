#!/usr/bin/env python3
"""Writes the .npy and .npz files of this folder with real numpy (1.24).

Every weights file holds one small net, conv1 (2x3 kernel, 2 -> 4), fc1 (36 ->
5, behind a 4x3x3 image) and fc2 (5 -> 3), in the layout of a TensorFlow dict.
Element i, in C order, of an array with salt s is ((37*i + s) % 97 - 48) / 16,
which float16 holds exactly; the Go tests compute the same.

Python 2 is not needed: its pickles are made from protocol 3 by writing every
string with the opcodes that Python 2 has for str.
"""
import collections
import io
import os
import pickle
import pickletools
import struct
import sys
import zipfile

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
LAYERS = [
    ("conv1", (2, 3, 2, 4), 1, (4,), 2),
    ("fc1", (36, 5), 3, (5,), 4),
    ("fc2", (5, 3), 5, (3,), 6),
]


def values(shape, salt, dtype="<f4"):
    i = np.arange(int(np.prod(shape)))
    return (((37 * i + salt) % 97 - 48) / 16).astype(dtype).reshape(shape)


def weights(dtype="<f4", make=np.array, names=None, entry=None, outer=dict):
    """The net as a dict; entry builds a layer's value from its two arrays."""
    entry = entry or (lambda w, b: {"weights": w, "biases": b})
    names = names or {}
    return outer(
        (names.get(name, name), entry(make(values(ws, s, dtype)), make(values(bs, t, dtype))))
        for name, ws, s, bs, t in LAYERS
    )


def header(descr="'|O'", fortran="False", shape="()", version=(1, 0)):
    text = "{'descr': %s, 'fortran_order': %s, 'shape': %s, }" % (descr, fortran, shape)
    size = "<H" if version[0] == 1 else "<I"
    fixed = 8 + struct.calcsize(size)
    text += " " * (63 - (fixed + len(text)) % 64) + "\n"
    return b"\x93NUMPY" + bytes(version) + struct.pack(size, len(text)) + text.encode("utf-8")


def write(name, data):
    with open(os.path.join(HERE, name), "wb") as f:
        f.write(data)


def boxed(obj):
    box = np.empty((), dtype=object)
    box[()] = obj
    return box


def dict_file(name, obj, protocol):
    write(name, header() + pickle.dumps(boxed(obj), protocol))


def as_python2(data, quoted):
    """Rewrites a pickle of protocol 3 with the strings of Python 2, either
    binary or quoted as in protocol 0."""
    out, end = io.BytesIO(), len(data)
    ops = list(pickletools.genops(data))
    for (op, arg, at), following in zip(ops, ops[1:] + [(None, None, end)]):
        raw = data[at : following[2]]
        if op.name == "PROTO":
            out.write(b"\x80\x02")
        elif op.name in ("BINBYTES", "SHORT_BINBYTES", "BINUNICODE"):
            text = arg if isinstance(arg, bytes) else arg.encode("ascii")
            if quoted:
                out.write(b"S" + repr(text)[1:].encode("ascii") + b"\n")
            elif len(text) < 256:
                out.write(b"U" + bytes([len(text)]) + text)
            else:
                out.write(b"T" + struct.pack("<i", len(text)) + text)
        elif op.name == "BININT1" and not quoted:
            # numpy on 64-bit Windows pickled extents as long.
            out.write(b"\x8a\x02" + struct.pack("<h", arg))
        else:
            out.write(raw)
    return out.getvalue()


def core2(protocol, obj):
    """A pickle with the module names of numpy 2."""
    import numpy.core.multiarray as multiarray
    import numpy.core.numeric as numeric

    renamed = {
        multiarray._reconstruct: "numpy._core.multiarray",
        numeric._frombuffer: "numpy._core.numeric",
    }
    old = {f: f.__module__ for f in renamed}
    sys.modules["numpy._core"] = np.core
    sys.modules["numpy._core.multiarray"] = multiarray
    sys.modules["numpy._core.numeric"] = numeric
    try:
        for f, module in renamed.items():
            f.__module__ = module
        return pickle.dumps(boxed(obj), protocol)
    finally:
        for f, module in old.items():
            f.__module__ = module


def dicts():
    for protocol in range(6):
        dict_file("dict_p%d.npy" % protocol, weights(), protocol)
        dict_file("fortran_p%d.npy" % protocol, weights(make=np.asfortranarray), protocol)
    for protocol in (2, 4):
        dict_file("list_p%d.npy" % protocol, weights(entry=lambda w, b: [w, b]), protocol)
    dict_file("tuple.npy", weights(entry=lambda w, b: (w, b)), 3)
    dict_file("ordered.npy", weights(outer=collections.OrderedDict), 2)
    np.save(os.path.join(HERE, "saved.npy"), weights(), allow_pickle=True)
    for dtype, name in (("<f2", "f2"), ("<f8", "f8"), (">f2", "be_f2"), (">f4", "be_f4"), (">f8", "be_f8")):
        dict_file("dict_%s.npy" % name, weights(dtype), 2)
        dict_file("dict_%s_p5.npy" % name, weights(dtype), 5)
    readonly = weights()
    for layer in readonly.values():
        for array in layer.values():
            array.flags.writeable = False
    dict_file("readonly_p5.npy", readonly, 5)
    bytes_keys = {k.encode(): {r.encode(): a for r, a in v.items()} for k, v in weights().items()}
    dict_file("bytes_keys.npy", bytes_keys, 3)
    for suffix, quoted in (("", False), ("_quoted", True)):
        plain, listed = weights(), weights(entry=lambda w, b: [w, b])
        write("py2_dict%s.npy" % suffix, header() + as_python2(pickle.dumps(boxed(plain), 3), quoted))
        write("py2_list%s.npy" % suffix, header() + as_python2(pickle.dumps(boxed(listed), 3), quoted))
    for protocol in (2, 4, 5):
        write("core2_p%d.npy" % protocol, header() + core2(protocol, weights()))


def names():
    """Files whose layers bear the names of TensorFlow scripts."""
    tflearn = {"conv1": "Conv2D", "fc1": "FullyConnected", "fc2": "FullyConnected_1"}
    dict_file("names_tflearn.npy", weights(names=tflearn, entry=lambda w, b: {"W": w, "b": b}), 3)
    script = {"conv1": "wc1", "fc1": "wd1", "fc2": "out"}
    dict_file("names_script.npy", weights(names=script, entry=lambda w, b: [w, b]), 3)
    first = weights()
    dict_file(
        "names_by_role.npy",
        {
            "weights": {script[k]: v["weights"] for k, v in first.items()},
            "biases": {script[k].replace("w", "b"): v["biases"] for k, v in first.items()},
        },
        3,
    )
    flat = {}
    for k, v in weights().items():
        flat["%s_W" % k], flat["%s_b" % k] = v["weights"], v["biases"]
    np.savez(os.path.join(HERE, "names_flat.npz"), **flat)


def archives():
    keyed = {"%s/%s" % (k, r): a for k, v in weights().items() for r, a in v.items()}
    np.savez(os.path.join(HERE, "stored.npz"), **keyed)
    np.savez_compressed(os.path.join(HERE, "deflated.npz"), **keyed)
    caffe = {}
    for k, v in weights().items():
        w = v["weights"]
        if k == "conv1":
            w = w.transpose(3, 2, 0, 1)
        elif k == "fc1":
            w = w.reshape(3, 3, 4, 5).transpose(3, 2, 0, 1).reshape(5, 36)
        else:
            w = w.T
        caffe["%s/0" % k], caffe["%s/1" % k] = w, v["biases"]
    np.savez(os.path.join(HERE, "caffe.npz"), **caffe)


def plain():
    """Arrays 0..5 of shape (2, 3), one per dtype and order."""
    a = np.arange(6).reshape(2, 3)
    for descr in ("<f2 <f4 <f8 >f2 >f4 >f8 |i1 <i2 <i4 <i8 >i2 >i4 >i8 |u1 <u2 <u4 <u8 >u2 >u4 >u8".split()):
        name = descr.replace("<", "").replace("|", "").replace(">", "be_")
        np.save(os.path.join(HERE, "plain_%s.npy" % name), a.astype(descr))
    np.save(os.path.join(HERE, "plain_b1.npy"), a > 0)
    np.save(os.path.join(HERE, "plain_fortran.npy"), np.asfortranarray(a.astype("f4")))
    np.save(os.path.join(HERE, "plain_fortran_be_f8.npy"), np.asfortranarray(a.astype(">f8")))
    np.save(os.path.join(HERE, "plain_scalar.npy"), np.float32(2.5))
    np.save(os.path.join(HERE, "plain_empty.npy"), np.zeros((0, 3), "f4"))
    np.save(os.path.join(HERE, "plain_complex.npy"), a.astype("c8"))
    np.save(os.path.join(HERE, "plain_text.npy"), np.array(["a", "b"]))
    np.save(os.path.join(HERE, "plain_structured.npy"), np.zeros(2, [("x", "f4"), ("y", "i4")]))
    for version in ((2, 0), (3, 0)):
        b = io.BytesIO()
        np.lib.format.write_array(b, a.astype("f4"), version)
        write("plain_v%d.npy" % version[0], b.getvalue())
    payload = a.astype("<f4").tobytes()
    write("plain_py2_long.npy", header("'<f4'", "False", "(2L, 3L)") + payload)
    write("plain_other_keys.npy", header("'<f4'", "False", "(2, 3)").replace(
        b"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }",
        b"{ \"shape\":(2,3),'fortran_order' :False,  'descr': '=f4'   }") + payload)
    np.savez(os.path.join(HERE, "plain.npz"), **{"inc/out": a.astype("f4"), "b": a.astype(">f8").T})
    b = io.BytesIO()
    np.savez(b, a=a)
    with zipfile.ZipFile(os.path.join(HERE, "bzip2.npz"), "w", zipfile.ZIP_BZIP2) as z:
        z.writestr(zipfile.ZipInfo("a.npy"), zipfile.ZipFile(b).read("a.npy"), zipfile.ZIP_BZIP2)


if __name__ == "__main__":
    dicts()
    names()
    archives()
    plain()
