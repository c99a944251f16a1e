export { type BlocksOf, type GradientOptions, gradients } from './gradients.ts';
export { crossEntropy, type CrossEntropyOperands, type Flow, type Loss, lossOf } from './loss.ts';
export { type ChunkedLoss, chunkSizeName, lossByChunks } from './loss-by-chunks.ts';
export type { MatrixBlock } from './matrix-block.ts';
export { gradientRules } from './rules.ts';
