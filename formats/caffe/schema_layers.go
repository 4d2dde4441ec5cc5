package caffe

// The parameters of layers that compute.

var varianceNormEnum = newEnum("VarianceNorm", 0, "FAN_IN", "FAN_OUT", "AVERAGE")

var engineEnum = newEnum("Engine", 0, "DEFAULT", "CAFFE", "CUDNN")

var eltwiseOpEnum = newEnum("EltwiseOp", 0, "PROD", "SUM", "MAX")

var normRegionEnum = newEnum("NormRegion", 0, "ACROSS_CHANNELS", "WITHIN_CHANNEL")

var poolMethodEnum = newEnum("PoolMethod", 0, "MAX", "AVE", "STOCHASTIC")

var roundModeEnum = newEnum("RoundMode", 0, "CEIL", "FLOOR")

var reductionOpEnum = newEnum("ReductionOp", 1, "SUM", "ASUM", "SUMSQ", "MEAN")

var argMaxParameter = newSchema("ArgMaxParameter",
	one(1, "out_max_val", kindBool),
	one(2, "top_k", kindUint32),
	one(3, "axis", kindInt32),
)

var batchNormParameter = newSchema("BatchNormParameter",
	one(1, "use_global_stats", kindBool),
	one(2, "moving_average_fraction", kindFloat),
	one(3, "eps", kindFloat),
)

var biasParameter = newSchema("BiasParameter",
	one(1, "axis", kindInt32),
	one(2, "num_axes", kindInt32),
	sub(3, "filler", fillerParameter),
)

var clipParameter = newSchema("ClipParameter",
	must(1, "min", kindFloat),
	must(2, "max", kindFloat),
)

var concatParameter = newSchema("ConcatParameter",
	one(2, "axis", kindInt32),
	one(1, "concat_dim", kindUint32),
)

var convolutionParameter = newSchema("ConvolutionParameter",
	one(1, "num_output", kindUint32),
	one(2, "bias_term", kindBool),
	many(3, "pad", kindUint32),
	many(4, "kernel_size", kindUint32),
	many(6, "stride", kindUint32),
	many(18, "dilation", kindUint32),
	one(9, "pad_h", kindUint32),
	one(10, "pad_w", kindUint32),
	one(11, "kernel_h", kindUint32),
	one(12, "kernel_w", kindUint32),
	one(13, "stride_h", kindUint32),
	one(14, "stride_w", kindUint32),
	one(5, "group", kindUint32),
	sub(7, "weight_filler", fillerParameter),
	sub(8, "bias_filler", fillerParameter),
	oneOf(15, "engine", engineEnum),
	one(16, "axis", kindInt32),
	one(17, "force_nd_im2col", kindBool),
)

var cropParameter = newSchema("CropParameter",
	one(1, "axis", kindInt32),
	many(2, "offset", kindUint32),
)

var dropoutParameter = newSchema("DropoutParameter",
	one(1, "dropout_ratio", kindFloat),
)

var eluParameter = newSchema("ELUParameter",
	one(1, "alpha", kindFloat),
)

var eltwiseParameter = newSchema("EltwiseParameter",
	oneOf(1, "operation", eltwiseOpEnum),
	many(2, "coeff", kindFloat),
	one(3, "stable_prod_grad", kindBool),
)

var embedParameter = newSchema("EmbedParameter",
	one(1, "num_output", kindUint32),
	one(2, "input_dim", kindUint32),
	one(3, "bias_term", kindBool),
	sub(4, "weight_filler", fillerParameter),
	sub(5, "bias_filler", fillerParameter),
)

var expParameter = newSchema("ExpParameter",
	one(1, "base", kindFloat),
	one(2, "scale", kindFloat),
	one(3, "shift", kindFloat),
)

var fillerParameter = newSchema("FillerParameter",
	one(1, "type", kindString),
	one(2, "value", kindFloat),
	one(3, "min", kindFloat),
	one(4, "max", kindFloat),
	one(5, "mean", kindFloat),
	one(6, "std", kindFloat),
	one(7, "sparse", kindInt32),
	oneOf(8, "variance_norm", varianceNormEnum),
)

var flattenParameter = newSchema("FlattenParameter",
	one(1, "axis", kindInt32),
	one(2, "end_axis", kindInt32),
)

var innerProductParameter = newSchema("InnerProductParameter",
	one(1, "num_output", kindUint32),
	one(2, "bias_term", kindBool),
	sub(3, "weight_filler", fillerParameter),
	sub(4, "bias_filler", fillerParameter),
	one(5, "axis", kindInt32),
	one(6, "transpose", kindBool),
)

var lrnParameter = newSchema("LRNParameter",
	one(1, "local_size", kindUint32),
	one(2, "alpha", kindFloat),
	one(3, "beta", kindFloat),
	oneOf(4, "norm_region", normRegionEnum),
	one(5, "k", kindFloat),
	oneOf(6, "engine", engineEnum),
)

var logParameter = newSchema("LogParameter",
	one(1, "base", kindFloat),
	one(2, "scale", kindFloat),
	one(3, "shift", kindFloat),
)

var mvnParameter = newSchema("MVNParameter",
	one(1, "normalize_variance", kindBool),
	one(2, "across_channels", kindBool),
	one(3, "eps", kindFloat),
)

var preluParameter = newSchema("PReLUParameter",
	sub(1, "filler", fillerParameter),
	one(2, "channel_shared", kindBool),
)

var poolingParameter = newSchema("PoolingParameter",
	oneOf(1, "pool", poolMethodEnum),
	one(4, "pad", kindUint32),
	one(9, "pad_h", kindUint32),
	one(10, "pad_w", kindUint32),
	one(2, "kernel_size", kindUint32),
	one(5, "kernel_h", kindUint32),
	one(6, "kernel_w", kindUint32),
	one(3, "stride", kindUint32),
	one(7, "stride_h", kindUint32),
	one(8, "stride_w", kindUint32),
	oneOf(11, "engine", engineEnum),
	one(12, "global_pooling", kindBool),
	oneOf(13, "round_mode", roundModeEnum),
)

var powerParameter = newSchema("PowerParameter",
	one(1, "power", kindFloat),
	one(2, "scale", kindFloat),
	one(3, "shift", kindFloat),
)

var reluParameter = newSchema("ReLUParameter",
	one(1, "negative_slope", kindFloat),
	oneOf(2, "engine", engineEnum),
)

var recurrentParameter = newSchema("RecurrentParameter",
	one(1, "num_output", kindUint32),
	sub(2, "weight_filler", fillerParameter),
	sub(3, "bias_filler", fillerParameter),
	one(4, "debug_info", kindBool),
	one(5, "expose_hidden", kindBool),
)

var reductionParameter = newSchema("ReductionParameter",
	oneOf(1, "operation", reductionOpEnum),
	one(2, "axis", kindInt32),
	one(3, "coeff", kindFloat),
)

var reshapeParameter = newSchema("ReshapeParameter",
	sub(1, "shape", blobShape),
	one(2, "axis", kindInt32),
	one(3, "num_axes", kindInt32),
)

var sppParameter = newSchema("SPPParameter",
	one(1, "pyramid_height", kindUint32),
	oneOf(2, "pool", poolMethodEnum),
	oneOf(6, "engine", engineEnum),
)

var scaleParameter = newSchema("ScaleParameter",
	one(1, "axis", kindInt32),
	one(2, "num_axes", kindInt32),
	sub(3, "filler", fillerParameter),
	one(4, "bias_term", kindBool),
	sub(5, "bias_filler", fillerParameter),
)

var sigmoidParameter = newSchema("SigmoidParameter",
	oneOf(1, "engine", engineEnum),
)

var sliceParameter = newSchema("SliceParameter",
	one(3, "axis", kindInt32),
	many(2, "slice_point", kindUint32),
	one(1, "slice_dim", kindUint32),
)

var softmaxParameter = newSchema("SoftmaxParameter",
	oneOf(1, "engine", engineEnum),
	one(2, "axis", kindInt32),
)

var swishParameter = newSchema("SwishParameter",
	one(1, "beta", kindFloat),
)

var tanHParameter = newSchema("TanHParameter",
	oneOf(1, "engine", engineEnum),
)

var thresholdParameter = newSchema("ThresholdParameter",
	one(1, "threshold", kindFloat),
)

var tileParameter = newSchema("TileParameter",
	one(1, "axis", kindInt32),
	one(2, "tiles", kindInt32),
)
