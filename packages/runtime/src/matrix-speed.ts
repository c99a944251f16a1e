import { Graph, serializeGraph } from '@linchpin/onnx';
import { findDevice } from './find-device.ts';
import { onnxruntime } from './onnxruntime.ts';
import { plainSession } from './resolve-session.ts';
import type { SessionSettings } from './session-settings.ts';

const rows = 1024;
const inner = 4096;
const columns = 4096;

/** Speed of a plain float32 matrix product, 1024 × 4096 × 4096, in GFLOP/s: the best of some runs. What a model can at most reach. */
export async function matrixSpeed(settings: SessionSettings = plainSession(), runs = 6): Promise<number> {
  const { InferenceSession, Tensor } = onnxruntime();
  const graph = new Graph();
  const x = graph.input('x', 'float32', [rows, inner]);
  const weight = graph.tensor('weight', 'float32', [columns, inner], filled(columns * inner));
  graph.output(graph.apply('Gemm', [x, weight], { attributes: { transB: 1 } }), 'y');
  const session = await InferenceSession.create(
    serializeGraph(graph),
    findDevice(settings.device).sessionOptions({}, settings),
  );
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

function filled(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => ((i * 2654435761) % 1000) / 1000 - 0.5);
}
