def dense(x, p):
    """Multiplies rows of features by a matrix (in, out)."""
    y = tf.matmul(x, p["weights"])
    return tf.nn.bias_add(y, p["biases"]) if "biases" in p else y
