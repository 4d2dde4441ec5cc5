def conv(x, p, strides, padding, dilations=(1, 1), groups=1):
    """Convolves; each group of output channels sees its own share of the input channels."""
    parts = zip(tf.split(x, groups, 3), tf.split(p["weights"], groups, 3))
    y = tf.concat([tf.nn.conv2d(part, filters, strides, padding, dilations=dilations) for part, filters in parts], 3)
    return tf.nn.bias_add(y, p["biases"]) if "biases" in p else y
