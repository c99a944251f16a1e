/** What every operator computes, by its definition (https://onnx.ai/onnx/operators/; onnxruntime, docs/ContribOperators.md). */
import type { ElementType, OperatorName } from '@linchpin/onnx';
import { attention } from './attention.ts';
import type { Kernel } from './kernel.ts';
import { indexKernels } from './index-kernels.ts';
import { mapped, tensorOf } from './tensor.ts';
import { layerNorm, matMul, reductionOf, rotary, softmaxed } from './kernel-parts.ts';
import { shapeKernels } from './shape-kernels.ts';

/** Those over integers that stand for numbers have no float64 twin. */
type Quantized =
  | 'DequantizeLinear'
  | 'DynamicQuantizeLinear'
  | 'MatMulInteger'
  | 'MatMulIntegerToFloat'
  | 'MatMulNBits'
  | 'QuantizeLinear';

/** Total over everything else. */
export const kernels: Readonly<Record<Exclude<OperatorName, Quantized>, Kernel> & Partial<Record<Quantized, Kernel>>> =
  {
    ...shapeKernels,
    ...indexKernels,
    Abs: each(Math.abs),
    Add: each((a, b) => a + b),
    And: each((a, b) => a && b),
    Attention: (inputs, attributes) => [attention(inputs, attributes)],
    Cast: ([x], _, [type]) => [mapped([x!], caster(type!))],
    Ceil: each(Math.ceil),
    Clip: ([x, least, most]) => [
      mapped([x!], (value) => Math.min(Math.max(value, least?.data[0] ?? -Infinity), most?.data[0] ?? Infinity)),
    ],
    Div: ([a, b], _, [type]) => [
      mapped([a!, b!], type!.startsWith('int') ? (x, y) => Math.trunc(x / y) : (x, y) => x / y),
    ],
    Equal: each((a, b) => Number(a === b)),
    Erf: each(erf),
    Exp: each(Math.exp),
    Floor: each(Math.floor),
    FusedMatMul: ([a, b], attributes) => [matMul(a!, b!, attributes)],
    Gelu: ([x], { approximate }) => [mapped([x!], approximate === 'tanh' ? tanhGelu : exactGelu)],
    Gemm: ([a, b, c], attributes) => {
      const product = matMul(a!, b!, attributes);
      const beta = Number(attributes['beta'] ?? 1);
      return [c === undefined ? product : mapped([product, c], (x, y) => x + beta * y)];
    },
    Greater: each((a, b) => Number(a > b)),
    GreaterOrEqual: each((a, b) => Number(a >= b)),
    HardSwish: each((x) => x * Math.min(Math.max(x / 6 + 0.5, 0), 1)),
    Identity: each((x) => x),
    LayerNormalization: ([x, weight, bias], { epsilon }) => [
      layerNorm(x!, { weight: weight!, bias, epsilon: Number(epsilon ?? 1e-5), isCentred: true }),
    ],
    LeakyRelu: ([x], { alpha }) => [mapped([x!], (value) => (value < 0 ? Number(alpha ?? 0.01) * value : value))],
    Less: each((a, b) => Number(a < b)),
    LessOrEqual: each((a, b) => Number(a <= b)),
    Log: each(Math.log),
    LogSoftmax: ([x], { axis }) => [mapped([softmaxed(x!, Number(axis ?? -1), 'logarithms')], (value) => value)],
    MatMul: ([a, b]) => [matMul(a!, b!, {})],
    Max: each(Math.max),
    Min: each(Math.min),
    Mul: each((a, b) => a * b),
    Neg: each((x) => -x),
    Not: each((x) => Number(!x)),
    Or: each((a, b) => a || b),
    QuickGelu: ([x], { alpha }) => [mapped([x!], (value) => value / (1 + Math.exp(-Number(alpha ?? 1.702) * value)))],
    Range: ([start, limit, delta]) => {
      const [from, to, step] = [start!.data[0]!, limit!.data[0]!, delta!.data[0]!];
      return [tensorOf([Math.max(0, Math.ceil((to - from) / step))], (index) => from + index * step)];
    },
    ReduceMax: reductionOf((values) => values.reduce((a, b) => Math.max(a, b), -Infinity)),
    ReduceMean: reductionOf((values) => values.reduce((a, b) => a + b, 0) / values.length),
    ReduceMin: reductionOf((values) => values.reduce((a, b) => Math.min(a, b), Infinity)),
    ReduceSum: reductionOf((values) => values.reduce((a, b) => a + b, 0)),
    Relu: each((x) => Math.max(0, x)),
    RotaryEmbedding: (inputs, attributes) => [rotary(inputs, attributes)],
    Round: each(roundToEven),
    Sigmoid: each((x) => 1 / (1 + Math.exp(-x))),
    Sign: each(Math.sign),
    SimplifiedLayerNormalization: ([x, weight], { epsilon }) => [
      layerNorm(x!, { weight: weight!, bias: undefined, epsilon: Number(epsilon ?? 1e-5), isCentred: false }),
    ],
    Softmax: ([x], { axis }) => [softmaxed(x!, Number(axis ?? -1), 'probabilities')],
    Softplus: each((x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
    Sqrt: each(Math.sqrt),
    Sub: each((a, b) => a - b),
    Tanh: each(Math.tanh),
    Where: each((condition, a, b) => (condition ? a : b)),
  };

function each(map: (...values: number[]) => number): Kernel {
  return (inputs) => [mapped(inputs, map)];
}

function caster(type: ElementType): (value: number) => number {
  if (type === 'bool') return (value) => Number(value !== 0);
  return type.startsWith('int') || type.startsWith('uint') ? Math.trunc : (value) => value;
}

function roundToEven(x: number): number {
  const floor = Math.floor(x);
  if (x - floor !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

function tanhGelu(x: number): number {
  return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
}

function exactGelu(x: number): number {
  return 0.5 * x * (1 + erf(x * Math.SQRT1_2));
}

/** By its Taylor series (all terms of one sign in the form with exp(−x²)); beyond 6 it is 1 in float64. */
function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > Math.abs(sum) * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}
