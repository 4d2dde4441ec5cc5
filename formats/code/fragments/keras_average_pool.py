def average_pool(x, kernel, strides, pads=((0, 0), (0, 0)), ceil=False, clip=False, count_pads=False):
    """Takes averages as Caffe does: over the positions inside the input, or with count_pads inside it and its pads."""
    edges, counts = [], []
    for size, k, s, (begin, end) in zip(x.shape[1:3], kernel, strides, pads):
        count = positions(size, k, s, begin, end, ceil, clip)
        starts = numpy.arange(count) * s - begin
        low, high = (-begin, size + end) if count_pads else (0, size)
        edges.append((begin, max((count - 1) * s + k - size - begin, 0)))
        counts.append(numpy.minimum(starts + k, high) - numpy.maximum(starts, low))
    whole = tf.nn.avg_pool2d(tf.pad(x, [(0, 0), *edges, (0, 0)]), kernel, strides, "VALID")
    share = kernel[0] * kernel[1] / numpy.outer(*counts)
    return whole * share[None, :, :, None].astype("float32")
