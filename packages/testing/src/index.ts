export { type LlamaShape, writeRandomLlama } from './random-llama.ts';
export { type FamilyCase, testModelFamily } from './test-model-family.ts';
export { describeShared, readSharedJson, repositoryRoot, sharedPath, sharedRoot } from './shared-files.ts';
export { toyDistribution, toyExecutor, type ToyExecutor, type ToyOptions } from './toy-executor.ts';
export { type BadRow, testTask } from './test-task.ts';
export { expectFieldRefused } from './expect-field-refused.ts';
export { tensorsByName } from './tensors-by-name.ts';
export { expectProblem, type InterventionCase, testIntervention } from './test-intervention.ts';
export { toyContextLength, type ToyModel, toyModel, toyShape } from './toy-model.ts';
