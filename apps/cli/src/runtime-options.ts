import type { PlanOptions } from '@linchpin/models';
import type { RuntimeOptions } from '@linchpin/runtime';
import type { ModelFlags } from './flags.ts';
import { remark } from './remark.ts';

/** What the flags say about sessions. */
export function runtimeOptions({ threads, castWeights }: ModelFlags): RuntimeOptions {
  return {
    ...(threads === undefined ? {} : { threads }),
    ...(castWeights === undefined ? {} : { castWeights }),
  };
}

/** What the flags say about how products are executed, and about the weights that this encodes. */
export function encodingOptions(flags: ModelFlags): Pick<PlanOptions, 'execution' | 'encodedFolder' | 'onRebuild'> {
  return {
    execution: flags.execution,
    ...(flags.cache === undefined ? {} : { encodedFolder: flags.cache }),
    onRebuild: (file, reason) => remark(`encoded again: ${file}, because ${reason}`, flags),
  };
}
