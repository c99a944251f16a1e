export { engine } from './engine.ts';
export { createExecutor } from './executor.ts';
export {
  createReferenceExecutor,
  type PairedExecutor,
  type PairedOutput,
  type ReferenceExecutor,
} from './paired-executor.ts';
export { type CastWeights, castWeightsFor, type RuntimeOptions } from './session-options.ts';
export { createSweepExecutor, type SweepPoints } from './sweep-executor.ts';
export { matrixSpeed } from './matrix-speed.ts';
export { createStepModel, type StepModelOptions } from './generation-executor.ts';
