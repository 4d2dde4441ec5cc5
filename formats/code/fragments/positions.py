def positions(size, kernel, stride, begin, end, ceil, clip):
    """Counts the windows along an axis: ceil rounds up, and clip drops a last one that would start behind the input."""
    span = size + begin + end - kernel
    count = (-(-span // stride) if ceil else span // stride) + 1
    if clip and (count - 1) * stride >= size + begin:
        count -= 1
    return count
