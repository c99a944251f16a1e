/**
 * Runs a graph in float64, slowly and with nothing fused: what onnxruntime's kernels and the rules of gradients are compared
 * with. Attributes and constants are what the graph has, in float32 where they are; values in half precision are rounded to it.
 */
import type { ElementType, Graph, Initializer, OperatorName, Value } from '@linchpin/onnx';
import { fromFloat32, roundToFloat16, toFloat32 } from '@linchpin/tensor';
import { kernels } from './kernels.ts';
import type { Tensor } from './tensor.ts';

/** The bytes of an initializer that lies outside of the graph. */
export type ReadExternal = (initializer: Initializer) => Uint8Array;

export interface EvaluateOptions {
  readonly readExternal?: ReadExternal;
}

/** All values of the graph by name, inputs and constants included. */
export function evaluateGraph(
  graph: Graph,
  feeds: Readonly<Record<string, Tensor>>,
  { readExternal }: EvaluateOptions = {},
): ReadonlyMap<string, Tensor> {
  const values = new Map<string, Tensor>(Object.entries(feeds));
  for (const initializer of graph.initializers) values.set(initializer.value.name, constant(initializer, readExternal));
  for (const { name } of graph.inputs) if (!values.has(name)) throw new Error(`the input ${name} is not fed`);
  for (const node of graph.nodes) {
    const kernel = kernels[node.operator as OperatorName];
    if (kernel === undefined) throw new Error(`the reference evaluator has no ${node.operator}`);
    const inputs = node.inputs.map((name) => (name === '' ? undefined : values.get(name)!));
    const types = node.outputs.map((name) => graph.value(name).type);
    const outputs = kernel(inputs as Tensor[], node.attributes, types);
    node.outputs.forEach((name, index) =>
      values.set(name, fitting(rounded(outputs[index]!, types[index]!), graph.value(name))),
    );
  }
  return values;
}

/** Half precision holds few numbers, which is what distinguishes it; every other type is computed in float64. */
function rounded(tensor: Tensor, type: ElementType): Tensor {
  if (type === 'float16') return { ...tensor, data: tensor.data.map(roundToFloat16) };
  if (type !== 'bfloat16') return tensor;
  const held = toFloat32(fromFloat32(Float32Array.from(tensor.data), 'BF16'), 'BF16');
  return { ...tensor, data: Float64Array.from(held) };
}

/** A declared shape that is not what came out would mislead whoever builds on it. */
function fitting(tensor: Tensor, { name, shape }: Value): Tensor {
  const fits =
    tensor.shape.length === shape.length &&
    shape.every((size, i) => typeof size !== 'number' || size === tensor.shape[i]);
  if (!fits)
    throw new Error(`${name} is declared as [${shape.join(', ')}] and came out as [${tensor.shape.join(', ')}]`);
  return tensor;
}

type Numbers = ArrayLike<number> | ArrayLike<bigint>;

const arrays: Readonly<Partial<Record<ElementType, (buffer: ArrayBuffer) => Numbers>>> = {
  float32: (buffer) => new Float32Array(buffer),
  int32: (buffer) => new Int32Array(buffer),
  int64: (buffer) => new BigInt64Array(buffer),
  int8: (buffer) => new Int8Array(buffer),
  uint8: (buffer) => new Uint8Array(buffer),
  bool: (buffer) => new Uint8Array(buffer),
};

function constant(initializer: Initializer, readExternal: ReadExternal | undefined): Tensor {
  const { value, data } = initializer;
  const bytes = 'location' in data ? readExternal?.(initializer) : data;
  if (bytes === undefined) throw new Error(`${value.name} lies outside of the graph`);
  // Not `slice`, which gives a view of everything where the bytes are a Buffer.
  const numbers = arrays[value.type]?.(new Uint8Array(bytes).buffer);
  if (numbers === undefined) throw new Error(`${value.name} is ${value.type}`);
  return { shape: value.shape as readonly number[], data: Float64Array.from(numbers as ArrayLike<number>, Number) };
}
