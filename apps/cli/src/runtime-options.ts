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

type EncodingOptions = Pick<PlanOptions, 'execution' | 'encodedFolder' | 'onRebuild'>;

/** What the flags say about how products are executed, and about the weights that this encodes. */
export function encodingOptions(flags: ModelFlags): EncodingOptions {
  return {
    execution: flags.execution,
    ...(flags.cache === undefined ? {} : { encodedFolder: flags.cache }),
    onRebuild: (file, reason) => remark(`encoded again: ${file}, because ${reason}`, flags),
  };
}

/** Those of what is found out about the model itself, and not about an execution of it: activation scales, super weights. */
export function float32Options(flags: ModelFlags): EncodingOptions {
  return { ...encodingOptions(flags), execution: 'float32' };
}
