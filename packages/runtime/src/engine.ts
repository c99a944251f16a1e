import { createRequire } from 'node:module';

const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string };

/** Name and version of what computes, for provenance. */
export const engine: string = `onnxruntime-node ${version}`;
