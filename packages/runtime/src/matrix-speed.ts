import { Graph, serializeGraph } from '@linchpin/onnx';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { threadsFor } from './physical-cores.ts';

const rows = 1024;
const inner = 4096;
const columns = 4096;

/** Speed of a plain float32 matrix product, 1024 × 4096 × 4096, in GFLOP/s: the best of some runs. What a model can at most reach. */
export async function matrixSpeed(
  options: { readonly threads?: number; readonly runs?: number } = {},
): Promise<number> {
  const graph = new Graph();
  const x = graph.input('x', 'float32', [rows, inner]);
  const weight = graph.tensor('weight', 'float32', [columns, inner], filled(columns * inner));
  graph.output(graph.apply('Gemm', [x, weight], { attributes: { transB: 1 } }), 'y');
  const session = await InferenceSession.create(serializeGraph(graph), {
    executionProviders: ['cpu'],
    intraOpNumThreads: threadsFor(options.threads),
  });
  const feeds = { x: new Tensor('float32', filled(rows * inner), [rows, inner]) };
  let best = Infinity;
  for (let run = 0; run < (options.runs ?? 6); run++) {
    const start = performance.now();
    await session.run(feeds);
    best = Math.min(best, (performance.now() - start) / 1000);
  }
  await session.release();
  return (2 * rows * inner * columns) / best / 1e9;
}

function filled(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => ((i * 2654435761) % 1000) / 1000 - 0.5);
}
