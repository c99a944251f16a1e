/**
 * Activation functions by the names that config.json has for them (ACT2FN of transformers 5.23.0). All tanh forms of the
 * GELU are one: they differ in how they are written, and by less than rounding in what they give. Left out are the two
 * that have weights of their own, prelu and xielu.
 */
import type { Graph, Value } from '@linchpin/onnx';
import { z } from 'zod';

export type ActivationName =
  | 'gelu'
  | 'gelu_10'
  | 'gelu_accurate'
  | 'gelu_fast'
  | 'gelu_new'
  | 'gelu_python'
  | 'gelu_python_tanh'
  | 'gelu_pytorch_tanh'
  | 'hardswish'
  | 'laplace'
  | 'leaky_relu'
  | 'linear'
  | 'mish'
  | 'quick_gelu'
  | 'relu'
  | 'relu2'
  | 'relu6'
  | 'sigmoid'
  | 'silu'
  | 'sqrtsoftplus'
  | 'swish'
  | 'tanh';

type Lay = (graph: Graph, x: Value) => Value;

const exactGelu: Lay = (graph, x) => graph.apply('Gelu', [x], { attributes: { approximate: 'none' } });
const tanhGelu: Lay = (graph, x) => graph.apply('Gelu', [x], { attributes: { approximate: 'tanh' } });
const relu: Lay = (graph, x) => graph.apply('Relu', [x]);
const softplus: Lay = (graph, x) => graph.apply('Softplus', [x]);
const clip = (graph: Graph, x: Value, [least, most]: readonly [number, number]): Value =>
  graph.apply('Clip', [x, graph.float(least), graph.float(most)]);
/** x · sigmoid(alpha · x). */
const swish =
  (alpha: number): Lay =>
  (graph, x) =>
    graph.apply('QuickGelu', [x], { attributes: { alpha } });

/** (1 + erf((x − mu) / (sigma · √2))) / 2 (arXiv 2209.10655). */
const laplace: Lay = (graph, x) => {
  const centred = graph.apply('Sub', [x, graph.float(0.707107)]);
  const scaled = graph.apply('Div', [centred, graph.float(0.282095 * Math.SQRT2)]);
  const sum = graph.apply('Add', [graph.apply('Erf', [scaled]), graph.float(1)]);
  return graph.apply('Mul', [sum, graph.float(0.5)]);
};

const squared = (graph: Graph, x: Value): Value => graph.apply('Mul', [x, x]);

const functions: Readonly<Record<ActivationName, Lay>> = {
  gelu: exactGelu,
  gelu_10: (graph, x) => clip(graph, exactGelu(graph, x), [-10, 10]),
  gelu_accurate: tanhGelu,
  gelu_fast: tanhGelu,
  gelu_new: tanhGelu,
  gelu_python: exactGelu,
  gelu_python_tanh: tanhGelu,
  gelu_pytorch_tanh: tanhGelu,
  hardswish: (graph, x) => graph.apply('HardSwish', [x]),
  laplace,
  leaky_relu: (graph, x) => graph.apply('LeakyRelu', [x], { attributes: { alpha: 0.01 } }),
  linear: (_, x) => x,
  mish: (graph, x) => graph.apply('Mul', [x, graph.apply('Tanh', [softplus(graph, x)])]),
  quick_gelu: swish(1.702),
  relu,
  relu2: (graph, x) => squared(graph, relu(graph, x)),
  relu6: (graph, x) => clip(graph, x, [0, 6]),
  sigmoid: (graph, x) => graph.apply('Sigmoid', [x]),
  silu: swish(1),
  sqrtsoftplus: (graph, x) => graph.apply('Sqrt', [softplus(graph, x)]),
  swish: swish(1),
  tanh: (graph, x) => graph.apply('Tanh', [x]),
};

const names = Object.keys(functions) as ActivationName[];

/** A field of config.json that names an activation function. */
export const activationName: z.ZodType<ActivationName> = z.enum(names, `one of ${names.join(', ')}`);

/** Lays the function, element by element. */
export function layActivation(graph: Graph, name: ActivationName, x: Value): Value {
  return functions[name](graph, x);
}
