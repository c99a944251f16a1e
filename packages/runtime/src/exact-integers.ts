/**
 * Whether onnxruntime's 8-bit products are exact on this processor. With AVX2 and without VNNI its kernel adds pairs of
 * products of uint8 and int8 in 16 bits, which saturate: the numbers would be wrong and look like any others.
 */
import { Graph, type OperatorName, serializeGraph } from '@linchpin/onnx';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { inexactIntegers } from './errors.ts';

const rows = 4;
const inner = 64;
const columns = 16;
/** The products that overflow first: the largest codes of both operands. */
const [left, zeroPoint, right] = [255, 128, 127];
const expected = inner * (left - zeroPoint) * right;

const integerProducts: ReadonlySet<string> = new Set<OperatorName>(['MatMulInteger', 'MatMulIntegerToFloat']);

let sums: Promise<Int32Array> | undefined;

/** Throws where a graph multiplies in 8 bits and the processor does so wrongly; asks the processor once. */
export async function requireExactIntegers({ nodes }: Pick<Graph, 'nodes'>): Promise<void> {
  if (!nodes.some(({ operator }) => integerProducts.has(operator))) return;
  sums ??= largestSums();
  checkSums(await sums);
}

/** Whether the processor multiplies in 8 bits without an error. */
export async function areIntegersExact(): Promise<boolean> {
  sums ??= largestSums();
  return (await sums).every((sum) => sum === expected);
}

/** `sums` are those of `largestSums`. */
export function checkSums(found: Int32Array): void {
  const wrong = found.find((sum) => sum !== expected);
  if (wrong !== undefined) throw inexactIntegers(wrong, expected);
}

async function largestSums(): Promise<Int32Array> {
  const graph = new Graph();
  const x = graph.input('x', 'uint8', [rows, inner]);
  const weight = graph.tensor('weight', 'int8', [inner, columns], new Int8Array(inner * columns).fill(right));
  const zero = graph.tensor('zero', 'uint8', [], Uint8Array.of(zeroPoint));
  graph.output(graph.apply('MatMulInteger', [x, weight, zero]), 'y');
  const session = await InferenceSession.create(serializeGraph(graph), {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
  });
  const feeds = { x: new Tensor('uint8', new Uint8Array(rows * inner).fill(left), [rows, inner]) };
  const { y } = await session.run(feeds);
  await session.release();
  return y!.data as Int32Array;
}
