/** A built playground in onnxruntime-node: the same graph, weights and code as in the page, another build of the engine. */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { loadTokenizer, folderTexts } from '@linchpin/models';
import { type PlaygroundManifest, weightsFile } from '@linchpin/playground';
import type { Tokenizer } from '@linchpin/plugin-api';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { AdjustableModel, Session } from '../src/engine/adjusted-sequence.ts';

export interface NodePlayground extends AdjustableModel {
  readonly tokenizer: Tokenizer;
  release(): Promise<void>;
}

export async function openInNode(folder: string, checkpoint: string): Promise<NodePlayground> {
  const manifest = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')) as PlaygroundManifest;
  const weights = Buffer.concat(manifest.weights.parts.map(({ file }) => readFileSync(join(folder, file))));
  const graph = join(folder, manifest.graph.file);
  // Node reads what a graph refers to from beside it.
  writeFileSync(join(dirname(graph), weightsFile), weights);
  const session = await InferenceSession.create(graph, { intraOpNumThreads: 2 });
  const tokenizer = await loadTokenizer(folderTexts(checkpoint));
  return { manifest, weights, tokenizer, session: runnable(session), release: () => session.release() };
}

export function runnable(session: InferenceSession): Session {
  return {
    async run(feeds, past, fetches) {
      const fed = Object.entries(feeds).map(([name, { type, data, dims }]) => [
        name,
        new Tensor(type, data as Float32Array, dims),
      ]);
      const outputs = await session.run({ ...Object.fromEntries(fed), ...(past as Record<string, Tensor>) }, [
        ...fetches,
      ]);
      return {
        floats: async (name) => outputs[name]!.data as Float32Array,
        kept: (name) => outputs[name],
      };
    },
    free() {},
  };
}
