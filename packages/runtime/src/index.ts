export { createExecutor } from './executor.ts';
export type { RuntimeOptions } from './session-options.ts';
