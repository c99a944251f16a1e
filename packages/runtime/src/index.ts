export { engine } from './engine.ts';
export { createExecutor } from './executor.ts';
export { type CastWeights, castWeightsFor, type RuntimeOptions } from './session-options.ts';
export { matrixSpeed } from './matrix-speed.ts';
