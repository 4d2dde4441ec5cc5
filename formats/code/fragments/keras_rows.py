def rows(x, c, h, w):
    """Turns features that count C, H, W into ones that count H, W, C, as the rows of the matrix behind them do."""
    return tf.reshape(tf.transpose(tf.reshape(x, [-1, c, h, w]), [0, 2, 3, 1]), [-1, c * h * w])
