export { describeShared, repositoryRoot, sharedPath, sharedRoot } from './shared-files.ts';
export { toyDistribution, toyExecutor, type ToyExecutor, type ToyOptions } from './toy-executor.ts';
