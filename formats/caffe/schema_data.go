package caffe

// The parameters of layers that feed or judge a net.

var normalizationModeEnum = newEnum("NormalizationMode", 0, "FULL", "VALID", "BATCH_SIZE", "NONE")

var dBEnum = newEnum("DB", 0, "LEVELDB", "LMDB")

var normEnum = newEnum("Norm", 1, "L1", "L2")

var transformationParameter = newSchema("TransformationParameter",
	one(1, "scale", kindFloat),
	one(2, "mirror", kindBool),
	one(3, "crop_size", kindUint32),
	one(4, "mean_file", kindString),
	many(5, "mean_value", kindFloat),
	one(6, "force_color", kindBool),
	one(7, "force_gray", kindBool),
)

var dataParameter = newSchema("DataParameter",
	one(1, "source", kindString),
	one(4, "batch_size", kindUint32),
	one(7, "rand_skip", kindUint32),
	oneOf(8, "backend", dBEnum),
	one(2, "scale", kindFloat),
	one(3, "mean_file", kindString),
	one(5, "crop_size", kindUint32),
	one(6, "mirror", kindBool),
	one(9, "force_encoded_color", kindBool),
	one(10, "prefetch", kindUint32),
)

var dummyDataParameter = newSchema("DummyDataParameter",
	subs(1, "data_filler", fillerParameter),
	subs(6, "shape", blobShape),
	many(2, "num", kindUint32),
	many(3, "channels", kindUint32),
	many(4, "height", kindUint32),
	many(5, "width", kindUint32),
)

var hdf5DataParameter = newSchema("HDF5DataParameter",
	one(1, "source", kindString),
	one(2, "batch_size", kindUint32),
	one(3, "shuffle", kindBool),
)

var hdf5OutputParameter = newSchema("HDF5OutputParameter",
	one(1, "file_name", kindString),
)

var imageDataParameter = newSchema("ImageDataParameter",
	one(1, "source", kindString),
	one(4, "batch_size", kindUint32),
	one(7, "rand_skip", kindUint32),
	one(8, "shuffle", kindBool),
	one(9, "new_height", kindUint32),
	one(10, "new_width", kindUint32),
	one(11, "is_color", kindBool),
	one(2, "scale", kindFloat),
	one(3, "mean_file", kindString),
	one(5, "crop_size", kindUint32),
	one(6, "mirror", kindBool),
	one(12, "root_folder", kindString),
)

var memoryDataParameter = newSchema("MemoryDataParameter",
	one(1, "batch_size", kindUint32),
	one(2, "channels", kindUint32),
	one(3, "height", kindUint32),
	one(4, "width", kindUint32),
)

var windowDataParameter = newSchema("WindowDataParameter",
	one(1, "source", kindString),
	one(2, "scale", kindFloat),
	one(3, "mean_file", kindString),
	one(4, "batch_size", kindUint32),
	one(5, "crop_size", kindUint32),
	one(6, "mirror", kindBool),
	one(7, "fg_threshold", kindFloat),
	one(8, "bg_threshold", kindFloat),
	one(9, "fg_fraction", kindFloat),
	one(10, "context_pad", kindUint32),
	one(11, "crop_mode", kindString),
	one(12, "cache_images", kindBool),
	one(13, "root_folder", kindString),
)

var lossParameter = newSchema("LossParameter",
	one(1, "ignore_label", kindInt32),
	oneOf(3, "normalization", normalizationModeEnum),
	one(2, "normalize", kindBool),
)

var accuracyParameter = newSchema("AccuracyParameter",
	one(1, "top_k", kindUint32),
	one(2, "axis", kindInt32),
	one(3, "ignore_label", kindInt32),
)

var contrastiveLossParameter = newSchema("ContrastiveLossParameter",
	one(1, "margin", kindFloat),
	one(2, "legacy_version", kindBool),
)

var hingeLossParameter = newSchema("HingeLossParameter",
	oneOf(1, "norm", normEnum),
)

var infogainLossParameter = newSchema("InfogainLossParameter",
	one(1, "source", kindString),
	one(2, "axis", kindInt32),
)

var pythonParameter = newSchema("PythonParameter",
	one(1, "module", kindString),
	one(2, "layer", kindString),
	one(3, "param_str", kindString),
	one(4, "share_in_parallel", kindBool),
)

var inputParameter = newSchema("InputParameter",
	subs(1, "shape", blobShape),
)

var parameterParameter = newSchema("ParameterParameter",
	sub(1, "shape", blobShape),
)
