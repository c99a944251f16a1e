/** The loss of a model on what a training holds out, whatever its interventions are. */
import type { Chain, RunContext } from '@linchpin/execution';
import type { PromptStyle } from './prompt-styles.ts';
import { chunksFor, largestBatch, lossOf, type OpenedForTraining, sessionOf } from './train-model.ts';
import { type HeldOut, readTrainingData } from './training-data.ts';
import { layTuned, type TunedModel } from './tuned-model.ts';

export interface HeldOutOptions {
  readonly data: readonly string[];
  readonly heldOut: NonNullable<HeldOut>;
  readonly limit?: number | undefined;
  readonly maxLength: number;
  readonly batchSize: number;
  readonly promptStyle?: PromptStyle;
  readonly chain: Chain;
  readonly context: RunContext;
}

/** Mean over the targets, in nats. */
export async function heldOutLoss(
  opened: OpenedForTraining,
  { chain, context, data: files, heldOut, limit, batchSize, maxLength, promptStyle = 'llm-adapters' }: HeldOutOptions,
): Promise<number> {
  const { tokenizer } = opened;
  const data = await readTrainingData(files, heldOut, { tokenizer, maxLength, promptStyle, limit });
  const batch = largestBatch({ examples: [], heldOut: data.heldOut }, { batchSize });
  const chunks = chunksFor(batch, opened.config.vocabularySize);
  const session = sessionOf(opened, context);
  const tuned: TunedModel = { checkpoint: opened, chain, context, session, batch, chunks, available: Infinity };
  const laid = await layTuned(tuned, { trained: [] }, { lossOnly: true });
  try {
    return await lossOf(data.heldOut, laid, { tuned, trained: [], batchSize });
  } finally {
    await laid.removeFiles?.();
  }
}
