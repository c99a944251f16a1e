/**
 * Whether onnxruntime's 8-bit products are exact on this processor. With AVX2 and without VNNI its kernel adds pairs of
 * products of uint8 and int8 in 16 bits, which saturate: the numbers would be wrong and look like any others.
 */
import { Graph, type OperatorName, serializeGraph } from '@linchpin/onnx';
import { inexactIntegers, integersElsewhere } from './errors.ts';
import { findDevice } from './find-device.ts';
import { onnxruntime } from './onnxruntime.ts';
import { plainSession } from './resolve-session.ts';
import type { SessionSettings } from './session-settings.ts';

const rows = 4;
const inner = 64;
const columns = 16;
/** The products that overflow first: the largest codes of both operands. */
const [left, zeroPoint, right] = [255, 128, 127];
const expected = inner * (left - zeroPoint) * right;

const integerProducts: ReadonlySet<string> = new Set<OperatorName>(['MatMulInteger', 'MatMulIntegerToFloat']);

/** Throws where a graph multiplies in 8 bits and the device does so wrongly. */
export async function requireExactIntegers(
  { nodes }: Pick<Graph, 'nodes'>,
  settings: SessionSettings = plainSession(),
): Promise<void> {
  if (!nodes.some(({ operator }) => integerProducts.has(operator))) return;
  requireIntegers({ name: settings.device });
  checkSums(await largestSums(settings));
}

/** Throws for a device of which no exact kernel for 8-bit products is known. */
export function requireIntegers({ name }: { readonly name: string }): void {
  if (!findDevice(name).kernels.integerProducts) throw integersElsewhere(name);
}

/** Whether the device multiplies in 8 bits without an error. Every call opens a tiny session, some milliseconds. */
export async function areIntegersExact(settings: SessionSettings = plainSession()): Promise<boolean> {
  if (!findDevice(settings.device).kernels.integerProducts) return false;
  return (await largestSums(settings)).every((sum) => sum === expected);
}

/** `sums` are those of `largestSums`. */
export function checkSums(found: Int32Array): void {
  const wrong = found.find((sum) => sum !== expected);
  if (wrong !== undefined) throw inexactIntegers(wrong, expected);
}

async function largestSums(settings: SessionSettings): Promise<Int32Array> {
  const { InferenceSession, Tensor } = onnxruntime();
  const graph = new Graph();
  const x = graph.input('x', 'uint8', [rows, inner]);
  const weight = graph.tensor('weight', 'int8', [inner, columns], new Int8Array(inner * columns).fill(right));
  const zero = graph.tensor('zero', 'uint8', [], Uint8Array.of(zeroPoint));
  graph.output(graph.apply('MatMulInteger', [x, weight, zero]), 'y');
  const { profile: _, ...plain } = settings;
  const session = await InferenceSession.create(
    serializeGraph(graph),
    findDevice(settings.device).sessionOptions({}, { ...plain, threads: 1 }),
  );
  try {
    const feeds = { x: new Tensor('uint8', new Uint8Array(rows * inner).fill(left), [rows, inner]) };
    const { y } = await session.run(feeds);
    return y!.data as Int32Array;
  } finally {
    await session.release();
  }
}
