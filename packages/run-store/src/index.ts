export { BatchMemory, type RememberedOutput } from './batch-memory.ts';
export { openRunStore, type RunStore } from './open-store.ts';
export { type RememberedModel, rememberingExecutor, type RememberingExecutor } from './remembering-executor.ts';
