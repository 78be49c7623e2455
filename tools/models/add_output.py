#!/usr/bin/python3
"""Gives a tensor inside an ONNX network a second name among its outputs, so that one run answers both.

    add_output.py IN.onnx OUT.onnx TENSOR=NAME [TENSOR=NAME ...]

The weights and what the network answered before stay as they are: an Identity node copies the tensor. The result
depends only on the input file, so its digest can be pinned. Needs only onnx, as Debian packages it.
"""
import sys

import onnx
from onnx import TensorProto, helper


def made_in(graph):
    return {name for node in graph.node for name in node.output}


def add(model, tensor, name):
    graph = model.graph
    if tensor not in made_in(graph):
        sys.exit(f'add_output.py: the network has no tensor {tensor}')
    if any(o.name == name for o in graph.output) or name in made_in(graph):
        sys.exit(f'add_output.py: the network has a tensor {name} already')
    shapes = {v.name: v for v in onnx.shape_inference.infer_shapes(model).graph.value_info}
    if tensor not in shapes:
        sys.exit(f'add_output.py: the shape of {tensor} is not known')
    kind = shapes[tensor].type.tensor_type
    if kind.elem_type != TensorProto.FLOAT:
        sys.exit(f'add_output.py: {tensor} is not of type float')
    shape = [d.dim_param or d.dim_value for d in kind.shape.dim]
    graph.node.append(helper.make_node('Identity', [tensor], [name], name=f'output_{name}'))
    graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))


def main():
    if len(sys.argv) < 4 or not all('=' in word for word in sys.argv[3:]):
        sys.exit(__doc__)
    model = onnx.load(sys.argv[1])
    for word in sys.argv[3:]:
        tensor, name = word.rsplit('=', 1)
        add(model, tensor, name)
    onnx.checker.check_model(model)
    with open(sys.argv[2], 'wb') as out:
        out.write(model.SerializeToString(deterministic=True))


if __name__ == '__main__':
    main()
