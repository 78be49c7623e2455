#!/usr/bin/python3
"""Turns a TensorFlow.js graph model (model.json and its .bin parts) into one ONNX file.

    tfjs2onnx.py MODEL.json OUT.onnx --input NAME --size N --output TENSOR=NAME ...

Needs only numpy and onnx, as Debian packages them. The result depends only on the input files,
so its digest can be pinned. Covers the operations of the networks this project uses; anything else
ends with a message that names it.

Layout: TensorFlow keeps pictures as height, width, channels ("last"), ONNX convolutions want
channels,
height, width ("first"). Each four-dimensional tensor is kept in the layout it was made in; a
transposition is added only where the other is asked for.
"""
import argparse
import base64
import json
import os
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 13
IR_VERSION = 7
DTYPES = {
    'float32': np.float32, 'float16': np.float16, 'int32': np.int32, 'uint8': np.uint8,
    'uint16': np.uint16, 'bool': np.bool_,
}
CAST_TO = {'DT_FLOAT': (np.float32, TensorProto.FLOAT), 'DT_INT32': (np.int32, TensorProto.INT32)}
INPUT_TYPES = {'DT_FLOAT': TensorProto.FLOAT, 'DT_INT32': TensorProto.INT32}
ARITHMETIC = {
    'Add': ('Add', np.add), 'AddV2': ('Add', np.add), 'BiasAdd': ('Add', np.add),
    'Sub': ('Sub', np.subtract), 'Mul': ('Mul', np.multiply), 'RealDiv': ('Div', np.divide),
}
LAST, FIRST = 'last', 'first'


class Unsupported(Exception):
    """The model uses something this program does not know."""


def read_weights(model, folder):
    """Every weight by its name, as float32 or its own integer type."""
    weights = {}
    for group in model['weightsManifest']:
        data = b''
        for part in group['paths']:
            with open(os.path.join(folder, part), 'rb') as f:
                data += f.read()
        at = 0
        for spec in group['weights']:
            packed = spec.get('quantization')
            stored = np.dtype(DTYPES[(packed or spec)['dtype']])
            count = int(np.prod(spec['shape'])) if spec['shape'] else 1
            a = np.frombuffer(data, stored, count, at)
            at += count * stored.itemsize
            if packed and 'scale' in packed:
                a = a.astype(np.float32) * packed['scale'] + packed['min']
            weights[spec['name']] = a.astype(DTYPES[spec['dtype']]).reshape(spec['shape'])
    return weights


def tensor_name(reference):
    """The tensor that a node's input refers to."""
    name = reference.lstrip('^')
    return name[:-2] if name.endswith(':0') else name


def attr_text(node, key):
    return base64.b64decode(node['attr'][key]['s']).decode()


def attr_ints(node, key):
    return [int(v) for v in node['attr'][key]['list'].get('i', [])]


def attr_flag(node, key):
    return bool(node['attr'].get(key, {}).get('b'))


class Converter:
    def __init__(self, model, folder, input_name, size):
        self.weights = read_weights(model, folder)
        self.graph = {n['name']: n for n in model['modelTopology']['node']}
        self.input_name, self.size = input_name, size
        self.nodes, self.constants, self.inputs = [], [], []
        self.known = {}    # tensor -> its value, when it is known now
        self.made = {}     # tensor -> {layout: name in the result}
        self.shapes = {}   # tensor -> shape, channels last
        self.done = set()
        self.count = 0

    # ---- building the result

    def name(self, kind):
        self.count += 1
        return '%s_%d' % (kind, self.count)

    def add(self, kind, inputs, **attributes):
        out = self.name(kind)
        self.nodes.append(helper.make_node(kind, inputs, [out], name=out, **attributes))
        return out

    def constant(self, a):
        name = self.name('constant')
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(a), name))
        return name

    def put(self, tensor, name, layout, shape):
        self.made[tensor] = {layout: name}
        self.shapes[tensor] = [int(v) for v in shape]

    def shape(self, tensor):
        return list(self.known[tensor].shape) if tensor in self.known else list(self.shapes[tensor])

    def get(self, tensor, layout):
        """The tensor's name in the result, in the layout asked for."""
        if tensor in self.known:
            a = self.known[tensor]
            if layout == FIRST and a.ndim == 4:
                a = a.transpose(0, 3, 1, 2)
            elif layout == FIRST and a.ndim == 3:
                a = a.transpose(2, 0, 1)[None]
            elif layout == FIRST and a.ndim == 1 and a.size > 1:
                a = a.reshape(1, -1, 1, 1)
            return self.constant(a)
        have = self.made[tensor]
        if layout not in have:
            order = [0, 3, 1, 2] if layout == FIRST else [0, 2, 3, 1]
            have[layout] = self.add('Transpose', [next(iter(have.values()))], perm=order)
        return have[layout]

    # ---- one operation each

    def placeholder(self, node):
        shape = [int(d['size']) for d in node['attr']['shape']['shape']['dim']]
        shape = [1] + [self.size if d < 0 else d for d in shape[1:]]
        kind = INPUT_TYPES[node['attr']['dtype']['type']]
        self.inputs.append(helper.make_tensor_value_info(self.input_name, kind, shape))
        self.put(node['name'], self.input_name, LAST, shape)

    def padding(self, node, size, kernel, strides):
        """Top, left, bottom, right."""
        kind = attr_text(node, 'padding')
        if kind == 'VALID':
            return [0, 0, 0, 0]
        if kind == 'EXPLICIT':
            e = attr_ints(node, 'explicit_paddings')
            return [e[2], e[4], e[3], e[5]]
        before, after = [], []
        for length, k, step in zip(size, kernel, strides):
            total = max((-(-length // step) - 1) * step + k - length, 0)
            before.append(total // 2)
            after.append(total - total // 2)
        return before + after

    def activation(self, name, kind):
        if kind in ('Relu', 'Sigmoid'):
            return self.add(kind, [name])
        if kind == 'Relu6':
            bounds = [self.constant(np.float32(0)), self.constant(np.float32(6))]
            return self.add('Clip', [name] + bounds)
        raise Unsupported('activation ' + kind)

    def convolution(self, node, inputs):
        weight, shape = self.known[inputs[1]], self.shape(inputs[0])
        if attr_ints(node, 'dilations') not in ([], [1, 1, 1, 1]):
            raise Unsupported('a dilated convolution at ' + node['name'])
        kernel, strides = list(weight.shape[:2]), attr_ints(node, 'strides')[1:3]
        pads = self.padding(node, shape[1:3], kernel, strides)
        if 'Depthwise' in node['op']:
            group = weight.shape[2]
            weight = weight.transpose(2, 3, 0, 1).reshape(-1, 1, *kernel)
        else:
            group = shape[3] // weight.shape[2]
            weight = weight.transpose(3, 2, 0, 1)
        fused = node['attr'].get('fused_ops', {}).get('list', {}).get('s', [])
        fused = [base64.b64decode(f).decode() for f in fused]
        names = [self.get(inputs[0], FIRST), self.constant(weight)]
        if 'BiasAdd' in fused:
            names.append(self.constant(self.known[inputs[2]].reshape(-1)))
        out = self.add('Conv', names, kernel_shape=kernel, strides=strides, pads=pads,
                       group=int(group))
        for f in fused:
            if f != 'BiasAdd':
                out = self.activation(out, f)
        size = [(shape[1 + i] + pads[i] + pads[2 + i] - kernel[i]) // strides[i] + 1
                for i in range(2)]
        self.put(node['name'], out, FIRST, [shape[0]] + size + [weight.shape[0]])

    def arithmetic(self, node, inputs):
        shapes = [self.shape(t) for t in inputs]
        shape = np.broadcast_shapes(*[tuple(s) for s in shapes])
        fits = all(len(s) in (0, 4) or (t in self.known and len(s) in (1, 3))
                   for t, s in zip(inputs, shapes))
        first = any(FIRST in self.made.get(t, {}) for t in inputs)
        layout = FIRST if len(shape) == 4 and fits and first else LAST
        names = [self.get(t, layout) for t in inputs]
        self.put(node['name'], self.add(ARITHMETIC[node['op']][0], names), layout, shape)

    def resize(self, node, inputs):
        height, width = [int(v) for v in self.known[inputs[1]]]
        batch, _, _, channels = self.shape(inputs[0])
        mode = 'asymmetric'
        if attr_flag(node, 'align_corners'):
            mode = 'align_corners'
        elif attr_flag(node, 'half_pixel_centers'):
            mode = 'half_pixel'
        size = self.constant(np.array([batch, channels, height, width], np.int64))
        out = self.add('Resize', [self.get(inputs[0], FIRST), '', '', size], mode='linear',
                       coordinate_transformation_mode=mode)
        self.put(node['name'], out, FIRST, [batch, height, width, channels])

    def pad(self, node, inputs):
        shape = self.shape(inputs[0])
        pads = self.known[inputs[1]].astype(np.int64)
        value = self.known[inputs[2]] if node['op'] == 'PadV2' else np.float32(0)
        padded = [n + int(a) + int(b) for n, (a, b) in zip(shape, pads)]
        layout = FIRST if FIRST in self.made[inputs[0]] else LAST
        if layout == FIRST:
            pads = pads[[0, 3, 1, 2]]
        names = [self.made[inputs[0]][layout],
                 self.constant(np.concatenate([pads[:, 0], pads[:, 1]])),
                 self.constant(np.asarray(value, np.float32).reshape(()))]
        self.put(node['name'], self.add('Pad', names), layout, padded)

    def transpose(self, node, inputs):
        """A picture that is turned from one layout to the other stays where it is: only its name changes."""
        shape = self.shape(inputs[0])
        order = [int(v) for v in self.known[inputs[1]]]
        turned = [shape[i] for i in order]
        if order == [0, 2, 3, 1] and LAST in self.made[inputs[0]]:
            self.put(node['name'], self.made[inputs[0]][LAST], FIRST, turned)
        elif order == [0, 3, 1, 2]:
            self.put(node['name'], self.get(inputs[0], FIRST), LAST, turned)
        else:
            out = self.add('Transpose', [self.get(inputs[0], LAST)], perm=order)
            self.put(node['name'], out, LAST, turned)

    def max_pool(self, node, inputs):
        batch, height, width, channels = self.shape(inputs[0])
        kernel, strides = attr_ints(node, 'ksize')[1:3], attr_ints(node, 'strides')[1:3]
        pads = self.padding(node, [height, width], kernel, strides)
        out = self.add('MaxPool', [self.get(inputs[0], FIRST)], kernel_shape=kernel, strides=strides,
                       pads=pads)
        size = [(n + pads[i] + pads[2 + i] - kernel[i]) // strides[i] + 1
                for i, n in enumerate([height, width])]
        self.put(node['name'], out, FIRST, [batch] + size + [channels])

    def concat(self, node, inputs):
        parts, shape = inputs[:-1], self.shape(inputs[0])
        axis = int(self.known[inputs[-1]]) % len(shape)
        shape[axis] = sum(self.shape(t)[axis] for t in parts)
        first = len(shape) == 4 and any(FIRST in self.made.get(t, {}) for t in parts)
        layout = FIRST if first else LAST
        out = self.add('Concat', [self.get(t, layout) for t in parts],
                       axis=[0, 2, 3, 1][axis] if first else axis)
        self.put(node['name'], out, layout, shape)

    def leaky(self, node, inputs):
        layout, name = next(iter(self.made[inputs[0]].items()))
        out = self.add('LeakyRelu', [name], alpha=float(node['attr']['alpha']['f']))
        self.put(node['name'], out, layout, self.shape(inputs[0]))

    def cast(self, node, inputs):
        kind = CAST_TO[node['attr']['DstT']['type']][1]
        out = self.add('Cast', [self.get(inputs[0], LAST)], to=kind)
        self.put(node['name'], out, LAST, self.shape(inputs[0]))

    def simple(self, node, inputs):
        layout, name = next(iter(self.made[inputs[0]].items()))
        out = self.activation(name, node['op'])
        self.put(node['name'], out, layout, self.shape(inputs[0]))

    def identity(self, node, inputs):
        self.made[node['name']] = self.made[inputs[0]]
        self.shapes[node['name']] = self.shapes[inputs[0]]

    # ---- what is known already is computed now

    def fold(self, node, inputs):
        """True when nothing is left to do: the inputs are constants, or only a shape counts."""
        name, op = node['name'], node['op']
        if op == 'Shape':
            self.known[name] = np.array(self.shape(inputs[0]), np.int32)
            return True
        if not inputs or any(t not in self.known for t in inputs):
            return False
        values = [self.known[t] for t in inputs]
        if op in ARITHMETIC:
            self.known[name] = ARITHMETIC[op][1](*values)
        elif op == 'Cast':
            self.known[name] = values[0].astype(CAST_TO[node['attr']['DstT']['type']][0])
        elif op == 'Identity':
            self.known[name] = values[0]
        elif op == 'Reshape':
            self.known[name] = values[0].reshape(values[1])
        elif op == 'ExpandDims':
            self.known[name] = np.expand_dims(values[0], int(values[1]))
        elif op == 'StridedSlice' and values[0].ndim == 1:
            begin, end, step = [int(v[0]) for v in values[1:4]]
            single = int(node['attr'].get('shrink_axis_mask', {}).get('i', 0))
            self.known[name] = values[0][begin] if single else values[0][begin:end:step]
        else:
            return False
        return True

    OPERATIONS = {
        '_FusedConv2D': convolution, 'Conv2D': convolution,
        'FusedDepthwiseConv2dNative': convolution, 'DepthwiseConv2dNative': convolution,
        'ResizeBilinear': resize, 'Pad': pad, 'PadV2': pad, 'Cast': cast, 'Identity': identity,
        'Transpose': transpose, 'MaxPool': max_pool, 'ConcatV2': concat, 'LeakyRelu': leaky,
        'Relu': simple, 'Relu6': simple, 'Sigmoid': simple,
        **dict.fromkeys(ARITHMETIC, arithmetic),
    }

    def convert(self, reference):
        """Makes a tensor, and what it is made from first."""
        name = tensor_name(reference)
        if name in self.done:
            return
        self.done.add(name)
        node = self.graph[name]
        references = node.get('input') or []
        for r in references:
            self.convert(r)
        inputs = [tensor_name(r) for r in references if not r.startswith('^')]
        if node['op'] == 'Const':
            self.known[name] = self.weights[name]
        elif node['op'] == 'Placeholder':
            self.placeholder(node)
        elif not self.fold(node, inputs):
            if node['op'] not in self.OPERATIONS:
                raise Unsupported('%s at %s' % (node['op'], name))
            self.OPERATIONS[node['op']](self, node, inputs)

    def result(self, outputs):
        infos = []
        for tensor, public in outputs:
            self.convert(tensor)
            self.nodes.append(helper.make_node('Identity', [self.get(tensor, LAST)], [public]))
            infos.append(helper.make_tensor_value_info(
                public, TensorProto.FLOAT, self.shape(tensor)))
        graph = helper.make_graph(self.nodes, 'shian', self.inputs, infos, self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', OPSET)],
                                  producer_name='shian tools/models')
        model.ir_version = IR_VERSION
        onnx.checker.check_model(model)
        return model


def main():
    arguments = argparse.ArgumentParser(description='TensorFlow.js graph model to ONNX')
    arguments.add_argument('model')
    arguments.add_argument('out')
    arguments.add_argument('--input', default='input', help='name of the input in the result')
    arguments.add_argument('--size', type=int, required=True, help='height and width of the input')
    arguments.add_argument('--output', action='append', required=True, metavar='TENSOR=NAME')
    a = arguments.parse_args()
    sys.setrecursionlimit(100000)
    with open(a.model, encoding='utf-8') as f:
        model = json.load(f)
    converter = Converter(model, os.path.dirname(a.model), a.input, a.size)
    try:
        result = converter.result([tuple(o.split('=', 1)) for o in a.output])
    except Unsupported as e:
        sys.exit('tfjs2onnx: not supported: %s' % e)
    onnx.save(result, a.out)


if __name__ == '__main__':
    main()
