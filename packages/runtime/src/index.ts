export {
  chooseDevice,
  type DeviceChoice,
  type DeviceFinding,
  findDevice,
  inspectDevices,
  requireGradients,
} from './find-device.ts';
export { areIntegersExact, requireIntegers } from './exact-integers.ts';
export { createExecutor } from './executor.ts';
export {
  createReferenceExecutor,
  type PairedExecutor,
  type PairedOutput,
  type ReferenceExecutor,
} from './paired-executor.ts';
export { requireLayers, requireWhole, tokensAtOnce } from './stages.ts';
export { plainSession, resolveSession } from './resolve-session.ts';
export type {
  CastWeights,
  ChosenDevice,
  Placement,
  PlacementListener,
  RuntimeOptions,
  SessionSettings,
} from './session-settings.ts';
export { createSweepExecutor, type PointExecutor, type SweepPoints } from './sweep-executor.ts';
export { matrixSpeed, type TimedProduct } from './matrix-speed.ts';
export { grantedThreads, physicalCores, threadsFor } from './physical-cores.ts';
export { createStepModel, type StepModelOptions } from './generation-executor.ts';
export { createGradientExecutor } from './gradient-executor.ts';
export { describeProcessor, type Processor } from './processor.ts';
