def max_pool(x, kernel, strides, pads=((0, 0), (0, 0)), ceil=False, clip=False):
    """Takes maxima as Caffe does: padding never counts, and rounding up lets the last window reach beyond the end."""
    edges = []
    for size, k, s, (begin, end) in zip(x.shape[2:], kernel, strides, pads):
        count = positions(size, k, s, begin, end, ceil, clip)
        edges.append((begin, max((count - 1) * s + k - size - begin, 0)))
    return F.max_pool2d(pad(x, edges, torch.finfo(x.dtype).min), kernel, strides)
