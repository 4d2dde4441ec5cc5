def average_pool(x, kernel, strides, pads=((0, 0), (0, 0)), ceil=False, clip=False, count_pads=False):
    """Takes averages as Caffe does: over the positions inside the input, or with count_pads inside it and its pads."""
    edges, counts = [], []
    for size, k, s, (begin, end) in zip(x.shape[2:], kernel, strides, pads):
        count = positions(size, k, s, begin, end, ceil, clip)
        starts = numpy.arange(count) * s - begin
        low, high = (-begin, size + end) if count_pads else (0, size)
        edges.append((begin, max((count - 1) * s + k - size - begin, 0)))
        counts.append(numpy.minimum(starts + k, high) - numpy.maximum(starts, low))
    sums = F.avg_pool2d(pad(x, edges), kernel, strides, divisor_override=1)
    return sums / torch.from_numpy(numpy.outer(*counts)).to(x)
