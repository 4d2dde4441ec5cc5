def max_pool(x, kernel, strides, pads=((0, 0), (0, 0)), ceil=False, clip=False):
    """Takes maxima as Caffe does: padding never counts, and rounding up lets the last window reach beyond the end."""
    edges = []
    for size, k, s, (begin, end) in zip(x.shape[1:3], kernel, strides, pads):
        count = positions(size, k, s, begin, end, ceil, clip)
        edges.append((begin, max((count - 1) * s + k - size - begin, 0)))
    x = tf.pad(x, [(0, 0), *edges, (0, 0)], constant_values=x.dtype.min)
    return tf.nn.max_pool2d(x, kernel, strides, "VALID")
