/**
 * Activation functions by the names that config.json has for them (ACT2FN of transformers 5.23.0). All tanh forms of the
 * GELU are one: they differ in how they are written, and by less than rounding in what they give.
 */
import type { Graph, Value } from '@linchpin/onnx';
import { z } from 'zod';

export type ActivationName =
  | 'gelu'
  | 'gelu_python'
  | 'gelu_accurate'
  | 'gelu_fast'
  | 'gelu_new'
  | 'gelu_pytorch_tanh'
  | 'quick_gelu'
  | 'relu'
  | 'silu'
  | 'swish';

type Lay = (graph: Graph, x: Value) => Value;

const exactGelu: Lay = (graph, x) => graph.apply('Gelu', [x], { attributes: { approximate: 'none' } });
const tanhGelu: Lay = (graph, x) => graph.apply('Gelu', [x], { attributes: { approximate: 'tanh' } });
/** x · sigmoid(alpha · x). */
const swish =
  (alpha: number): Lay =>
  (graph, x) =>
    graph.apply('QuickGelu', [x], { attributes: { alpha } });

const functions: Readonly<Record<ActivationName, Lay>> = {
  gelu: exactGelu,
  gelu_python: exactGelu,
  gelu_accurate: tanhGelu,
  gelu_fast: tanhGelu,
  gelu_new: tanhGelu,
  gelu_pytorch_tanh: tanhGelu,
  quick_gelu: swish(1.702),
  relu: (graph, x) => graph.apply('Relu', [x]),
  silu: swish(1),
  swish: swish(1),
};

const names = Object.keys(functions) as ActivationName[];

/** A field of config.json that names an activation function. */
export const activationName: z.ZodType<ActivationName> = z.enum(names, `one of ${names.join(', ')}`);

/** Lays the function, element by element. */
export function layActivation(graph: Graph, name: ActivationName, x: Value): Value {
  return functions[name](graph, x);
}
