"""Breaks a valid model in many ways and asks onnx.checker about each.

usage: broken.py FOLDER

Writes FOLDER/NAME.onnx for each way and prints one JSON object: by name, what
the checker with full_check says, null where it accepts.
"""

import copy
import json
import os
import sys

import numpy
import onnx
from onnx import AttributeProto, TensorProto, helper, numpy_helper

FLOAT = TensorProto.FLOAT


def base():
    rng = numpy.random.RandomState(1)
    weights = numpy_helper.from_array(rng.randn(3, 2, 3, 3).astype("f4"), "w")
    bias = numpy_helper.from_array(rng.randn(3).astype("f4"), "b")
    nodes = [
        helper.make_node("Conv", ["x", "w", "b"], ["c"], "conv", kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
        helper.make_node("MaxPool", ["c"], ["p"], "pool", kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Relu", ["p"], ["y"], "relu"),
    ]
    graph = helper.make_graph(nodes, "net",
        [helper.make_tensor_value_info("x", FLOAT, [1, 2, 6, 6])],
        [helper.make_tensor_value_info("y", FLOAT, [1, 3, 3, 3])],
        [weights, bias])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=7)


WAYS = {}


def way(f):
    WAYS[f.__name__] = f
    return f


@way
def sound(m): pass

@way
def no_ir_version(m): m.ClearField("ir_version")

@way
def future_ir_version(m): m.ir_version = 99

@way
def no_opset(m): del m.opset_import[:]

@way
def other_opset_only(m): m.opset_import[0].domain = "other"

@way
def future_opset(m): m.opset_import[0].version = 999

@way
def metadata_twice(m):
    for value in "ab":
        m.metadata_props.add(key="k", value=value)

@way
def unnamed_graph(m): m.graph.ClearField("name")

@way
def unnamed_input(m): m.graph.input[0].name = ""

@way
def untyped_input(m): m.graph.input[0].ClearField("type")

@way
def input_without_element_type(m): m.graph.input[0].type.tensor_type.ClearField("elem_type")

@way
def input_without_shape(m): m.graph.input[0].type.tensor_type.ClearField("shape")

@way
def input_twice(m): m.graph.input.append(copy.deepcopy(m.graph.input[0]))

@way
def untyped_output(m): m.graph.output[0].ClearField("type")

@way
def unnamed_initialiser(m): m.graph.initializer[0].name = ""

@way
def initialiser_twice(m): m.graph.initializer.append(copy.deepcopy(m.graph.initializer[1]))

@way
def initialiser_not_an_input(m): m.ir_version = 3

@way
def untyped_initialiser(m): m.graph.initializer[0].data_type = 0

@way
def initialiser_without_values(m): m.graph.initializer[0].ClearField("raw_data")

@way
def initialiser_with_values_twice(m): m.graph.initializer[0].float_data.extend([1.0] * 54)

@way
def initialiser_with_values_of_another_type(m):
    m.graph.initializer[0].ClearField("raw_data")
    m.graph.initializer[0].int64_data.extend([1] * 54)

@way
def external_data_absent(m):
    t = m.graph.initializer[0]
    t.ClearField("raw_data")
    t.data_location = TensorProto.EXTERNAL
    t.external_data.add(key="location", value="absent.data")

@way
def out_of_order(m):
    nodes = [copy.deepcopy(n) for n in m.graph.node]
    del m.graph.node[:]
    m.graph.node.extend([nodes[1], nodes[0], nodes[2]])

@way
def unwritten_value(m): m.graph.node[1].input[0] = "nowhere"

@way
def cycle(m): m.graph.node[0].input[0] = "y"

@way
def written_twice(m): m.graph.node[1].output[0] = "c"

@way
def writes_an_input(m): m.graph.node[0].output[0] = "x"

@way
def writes_an_initialiser(m): m.graph.node[0].output[0] = "w"

@way
def unknown_operation(m): m.graph.node[2].op_type = "Rleu"

@way
def unnamed_operation(m): m.graph.node[2].op_type = ""

@way
def unknown_domain(m): m.graph.node[2].domain = "com.example"

@way
def operation_of_a_later_opset(m): m.graph.node[2].op_type = "HardSwish"

@way
def operation_that_was_withdrawn(m):
    m.graph.node[2].op_type = "Upsample"
    m.graph.node[2].input.append("b")

@way
def node_without_values(m): m.graph.node.append(helper.make_node("Relu", [], []))

@way
def too_few_inputs(m): del m.graph.node[0].input[1:]

@way
def too_many_inputs(m): m.graph.node[2].input.append("c")

@way
def input_left_out(m): m.graph.node[0].input[1] = ""

@way
def too_many_outputs(m): m.graph.node[2].output.append("more")

@way
def unknown_attribute(m): m.graph.node[2].attribute.append(helper.make_attribute("inplace", 1))

@way
def attribute_of_another_type(m): m.graph.node[0].attribute.append(helper.make_attribute("group", 1.0))

@way
def attribute_without_a_type(m):
    a = helper.make_attribute("group", 1)
    a.ClearField("type")
    m.graph.node[0].attribute.append(a)

@way
def attribute_that_holds_another_type(m):
    a = helper.make_attribute("group", 1)
    a.type = AttributeProto.FLOAT
    m.graph.node[0].attribute.append(a)

@way
def attribute_that_says_another_type(m):
    a = helper.make_attribute("group", 1.0)
    a.type = AttributeProto.INT
    m.graph.node[0].attribute.append(a)

@way
def attribute_without_a_name(m): m.graph.node[0].attribute.append(AttributeProto(type=AttributeProto.INT, i=1))

@way
def attribute_of_an_older_opset(m):
    m.graph.node[2].op_type = "Clip"
    m.graph.node[2].attribute.append(helper.make_attribute("min", 0.0))

@way
def missing_attribute(m): del m.graph.node[1].attribute[:]

@way
def output_of_another_shape(m): m.graph.output[0].type.tensor_type.shape.dim[1].dim_value = 7

@way
def output_of_other_axes(m): del m.graph.output[0].type.tensor_type.shape.dim[3]

@way
def output_of_another_type(m): m.graph.output[0].type.tensor_type.elem_type = TensorProto.DOUBLE

@way
def input_of_other_axes(m): del m.graph.input[0].type.tensor_type.shape.dim[3]

@way
def pads_of_another_length(m): m.graph.node[0].attribute[1].ints.append(1)

@way
def strides_of_another_length(m): m.graph.node[1].attribute[1].ints.append(1)

@way
def concat_of_shapes_that_differ(m):
    m.graph.node[2].CopyFrom(helper.make_node("Concat", ["p", "x"], ["y"], "concat", axis=1))

@way
def sum_that_does_not_broadcast(m):
    m.graph.node[2].CopyFrom(helper.make_node("Add", ["p", "x"], ["y"], "add"))

@way
def reshape_to_another_size(m):
    m.graph.initializer.append(numpy_helper.from_array(numpy.array([1, 5], "i8"), "dims"))
    m.graph.node[2].CopyFrom(helper.make_node("Reshape", ["p", "dims"], ["y"], "reshape"))

@way
def softmax_on_an_axis_that_is_not_there(m):
    m.graph.node[2].CopyFrom(helper.make_node("Softmax", ["p"], ["y"], "softmax", axis=4))

@way
def transpose_of_other_axes(m):
    m.graph.node[2].CopyFrom(helper.make_node("Transpose", ["p"], ["y"], "transpose", perm=[0, 1, 2]))

@way
def gemm_of_an_image(m):
    m.graph.node[2].CopyFrom(helper.make_node("Gemm", ["p", "w", "b"], ["y"], "gemm"))

@way
def double_and_float(m):
    m.graph.initializer[1].CopyFrom(numpy_helper.from_array(numpy.zeros(3), "b"))


def main(folder):
    said = {}
    for name, spoil in WAYS.items():
        m = base()
        spoil(m)
        with open(os.path.join(folder, name + ".onnx"), "wb") as f:
            f.write(m.SerializeToString())
        try:
            onnx.checker.check_model(os.path.join(folder, name + ".onnx"), full_check=True)
            said[name] = None
        except Exception as e:
            said[name] = " ".join(str(e).split())
    print(json.dumps(said))


if __name__ == "__main__":
    main(sys.argv[1])
