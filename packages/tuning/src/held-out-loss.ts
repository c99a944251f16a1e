/** The loss of a model on what a training holds out, whatever its interventions are. */
import type { Chain, RunContext } from '@linchpin/execution';
import type { LaidTraining } from '@linchpin/models';
import { makeBatch, targetsOf, type TrainedValues, type TrainingExample } from '@linchpin/training';
import type { PromptStyle } from './prompt-styles.ts';
import { type HeldOut, readTrainingData } from './training-data.ts';
import { chunksFor, largestBatch, type OpenedForTraining, sessionOf } from './training-setup.ts';
import { layTuned, type TunedModel, withExecutor } from './tuned-model.ts';

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

/** Mean loss of the targets of examples at the present values, in nats: in a session of its own, which ends with it. */
export async function lossOf(
  examples: readonly TrainingExample[],
  laid: LaidTraining,
  {
    tuned,
    trained,
    batchSize,
  }: { readonly tuned: TunedModel; readonly trained: readonly TrainedValues[]; readonly batchSize: number },
): Promise<number> {
  return await withExecutor(laid, tuned, async (executor) => {
    const values = trained.map((each) => each.values);
    const targets = examples.reduce((sum, example) => sum + targetsOf(example), 0);
    const byLength = examples.toSorted((a, b) => b.ids.length - a.ids.length);
    let loss = 0;
    for (let start = 0; start < byLength.length; start += batchSize) {
      tuned.context.signal.throwIfAborted();
      loss += (await executor.run(makeBatch(byLength.slice(start, start + batchSize), 1 / targets), values)).loss;
    }
    return loss;
  });
}
