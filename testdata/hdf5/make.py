"""Writes the HDF5 files of this folder with h5py 3 and numpy.

Each holds weights of one InnerProduct layer "ip" with 2 outputs and 3 inputs,
1 to 6, and its biases, 7 and 8, or shows why it cannot be read.
"""

import h5py
import numpy as np

WEIGHTS = np.arange(1, 7, dtype="f4").reshape(2, 3)
BIAS = np.array([7, 8], dtype="f4")


def write(name, fill, **options):
    with h5py.File(name + ".h5", "w", **options) as f:
        fill(f)


def layer(convert=lambda a: a, group="data/ip", **options):
    def fill(f):
        f.create_dataset(group + "/0", data=convert(WEIGHTS), **options)
        f.create_dataset(group + "/1", data=convert(BIAS), **options)
    return fill


def as_type(dtype):
    return layer(lambda a: a.astype(dtype))


def then(*steps):
    def fill(f):
        for step in steps:
            step(f)
    return fill


def compact(f):
    group = f.create_group("data/ip")
    for name, array in (("0", WEIGHTS), ("1", BIAS)):
        properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        properties.set_layout(h5py.h5d.COMPACT)
        properties.set_obj_track_times(False)
        d = h5py.h5d.create(group.id, name.encode(), h5py.h5t.IEEE_F32LE, h5py.h5s.create_simple(array.shape), properties)
        d.write(h5py.h5s.ALL, h5py.h5s.ALL, array)


def many_links(f):
    """More links than one level of an index holds, in no order."""
    layer()(f)
    f.create_group("data/empty")
    for i in range(600):
        f[f"data/layer{i * 7 % 600}"] = f["data/empty"]


write("float32", layer())
write("float64", as_type("<f8"))
write("big_endian", as_type(">f4"))
write("big_endian_float64", as_type(">f8"))
write("int32", as_type("<i4"))
write("uint8", as_type("u1"))
write("negative_int16", then(lambda f: f.create_dataset("data/ip/0", data=-WEIGHTS.astype(">i2")), lambda f: f.create_dataset("data/ip/1", data=BIAS)))
write("compact", compact)
write("more_layers", then(layer(), layer(group="data/other"), lambda f: f.create_group("data/data")))
write("many_links", many_links)

write("chunked", layer(chunks=True))
write("gzip", layer(chunks=True, compression="gzip"))
write("latest", layer(), libver="latest")
write("float16", as_type("<f2"))
write("complex", as_type("<c8"))
write("text", lambda f: f.create_dataset("data/ip/0", data=b"abc"))
write("no_data", layer(group="model/ip"))
write("no_bias", lambda f: f.create_dataset("data/ip/0", data=WEIGHTS))
write("no_blobs", lambda f: f.create_group("data/ip"))
write("no_layer", layer(group="data/other"))
write("one_blob_more", then(layer(), lambda f: f.create_dataset("data/ip/2", data=BIAS)))
write("other_name", then(lambda f: f.create_dataset("data/ip/0", data=WEIGHTS), lambda f: f.create_dataset("data/ip/bias", data=BIAS)))
write("transposed", layer(lambda a: a.T.copy()))
write("never_written", lambda f: f.create_dataset("data/ip/0", shape=(2, 3), dtype="<f4"))
write("group_for_a_blob", then(lambda f: f.create_group("data/ip/0"), lambda f: f.create_dataset("data/ip/1", data=BIAS)))
write("dataset_for_a_layer", lambda f: f.create_dataset("data/ip", data=WEIGHTS))
write("soft_link", then(layer(group="data/other"), lambda f: f.__setitem__("data/ip", h5py.SoftLink("/data/other"))))
write("hard_link", then(layer(), lambda f: f.__delitem__("data/ip/1"), lambda f: f.__setitem__("data/ip/1", f["data/ip/0"])))
