import { Graph, serializeGraph } from '@linchpin/onnx';
import type { InferenceSession } from 'onnxruntime-node';
import { deviceCannot } from './errors.ts';
import { findDevice } from './find-device.ts';
import { onnxruntime } from './onnxruntime.ts';
import { plainSession } from './resolve-session.ts';
import type { SessionSettings } from './session-settings.ts';

const inner = 4096;
const columns = 4096;

/** What is multiplied with weights of 4096 × 4096, which have its type. */
export interface TimedProduct {
  /** 1024 when absent. */
  readonly rows?: number;
  /** What operands and sums are given in; float32 when absent. Casts from and to float32 are part of the time. */
  readonly type?: 'float32' | 'float16' | 'bfloat16';
}

/**
 * Speed of a plain matrix product in GFLOP/s: the best of some runs. In float32, of 1024 rows, what a model can at most reach. Throws
 * where onnxruntime has no kernel of the type.
 */
export async function matrixSpeed(
  settings: SessionSettings = plainSession(),
  runs = 6,
  { rows = 1024, type = 'float32' }: TimedProduct = {},
): Promise<number> {
  const { Tensor } = onnxruntime();
  const session = await openProduct(settings, { rows, type });
  const feeds = { x: new Tensor('float32', filled(rows * inner), [rows, inner]) };
  let best = Infinity;
  try {
    for (let run = 0; run < runs; run++) {
      const start = performance.now();
      await session.run(feeds);
      best = Math.min(best, (performance.now() - start) / 1000);
    }
  } finally {
    await session.release();
  }
  return (2 * rows * inner * columns) / best / 1e9;
}

async function openProduct(
  settings: SessionSettings,
  { rows, type }: Required<TimedProduct>,
): Promise<InferenceSession> {
  const graph = new Graph();
  const operands = [
    graph.input('x', 'float32', [rows, inner]),
    graph.tensor('weight', 'float32', [columns, inner], filled(columns * inner)),
  ].map((operand) => (type === 'float32' ? operand : graph.cast(operand, type)));
  const product = graph.apply('Gemm', operands, { attributes: { transB: 1 } });
  graph.output(type === 'float32' ? product : graph.cast(product, 'float32'), 'y');
  const options = findDevice(settings.device).sessionOptions({}, settings);
  try {
    return await onnxruntime().InferenceSession.create(serializeGraph(graph), options);
  } catch (cause) {
    if (!String(cause).includes('Could not find an implementation')) throw cause;
    throw deviceCannot(
      settings.device,
      `a matrix product in ${type}, of which onnxruntime has no kernel`,
      'Use float32.',
    );
  }
}

function filled(length: number): Float32Array {
  const values = new Float32Array(length);
  for (let i = 0; i < length; i++) values[i] = ((i * 2654435761) % 1000) / 1000 - 0.5;
  return values;
}
