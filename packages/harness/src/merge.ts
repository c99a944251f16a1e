/** Writes a model as interventions leave it: a checkpoint of its own. */
import { applied, float32Laying, remarkOn } from '@linchpin/execution';
import { type MergedCheckpoint, mergeCheckpoint } from '@linchpin/models';
import type { Json } from '@linchpin/plugin-api';
import { requireChoice } from './check-options.ts';
import { codeVersion } from './code-version.ts';
import { chainOf, type ChainOptions } from './evaluate.ts';
import type { HarnessParts } from './harness-parts.ts';
import type { OpenedModel } from './open-model.ts';

export type { MergedCheckpoint };

export interface MergeOptions extends ChainOptions {
  /** Folder that is not there yet, or is empty. */
  readonly out: string;
  /**
   * What changed tensors are written in: float32, which is exact, `stored`, as the checkpoint stores them, rounded, or `exact`,
   * so where that holds them exactly; float32 when absent.
   */
  readonly dtype?: 'float32' | 'stored' | 'exact';
}

export async function merge(
  parts: HarnessParts,
  opened: OpenedModel,
  { out, dtype, ...options }: MergeOptions,
): Promise<MergedCheckpoint> {
  const { context } = parts;
  requireChoice('dtype', dtype, ['float32', 'stored', 'exact']);
  const chain = await chainOf(parts, opened, options);
  const origin = {
    model: opened.name,
    sha256: await opened.checkpoint.contentHash(),
    interventions: applied(chain.interventions) as unknown as Json,
    code: await codeVersion(),
  };
  const { encodedFolder, onMatrix } = float32Laying(context);
  const merged = await mergeCheckpoint(opened, {
    interventions: chain.interventions,
    out,
    origin,
    signal: context.signal,
    ...(dtype === undefined ? {} : { dtype }),
    ...(encodedFolder === undefined ? {} : { encodedFolder }),
    ...(onMatrix === undefined ? {} : { onMatrix }),
  });
  remarkOn(chain, merged, context);
  return merged;
}
