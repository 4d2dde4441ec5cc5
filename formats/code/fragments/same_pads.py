def same_pads(sizes, kernel, strides, lower=False):
    """Pads so that there are ceil(size / stride) windows; an odd pad goes to the end, or with lower to the beginning."""
    pads = []
    for size, k, s in zip(sizes, kernel, strides):
        total = max((-(-size // s) - 1) * s + k - size, 0)
        small, large = total // 2, total - total // 2
        pads.append((large, small) if lower else (small, large))
    return pads
