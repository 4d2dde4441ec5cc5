def pad(x, pads, value=0.0):
    """Pads height and width by ((top, bottom), (left, right))."""
    (top, bottom), (left, right) = pads
    return F.pad(x, (left, right, top, bottom), value=value)
