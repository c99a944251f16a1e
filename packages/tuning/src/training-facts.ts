/** What is known of a training before its first step, and in words. */
import type { Json } from '@linchpin/plugin-api';
import type { TrainingSettings } from '@linchpin/training';
import type { TrainingData } from './training-data.ts';
import type { TrainingMemory } from './training-memory.ts';
import type { LayingChoices } from './tuned-model.ts';

/** What was decided when a training began: taken again when it goes on, whatever the machine would decide by then. */
export interface TrainingChoices {
  readonly session: SessionChoices;
}

export interface SessionChoices {
  readonly device: string;
  readonly engine: string;
  readonly threads: number;
  readonly castWeights: 'once' | 'every-batch';
  /** Whether weights that are not trained are packed in memory; the bits depend on it. */
  readonly packs?: true;
}

/** What is known before the first step. */
export interface TrainingFacts extends TrainingChoices {
  readonly method: string;
  readonly settings: TrainingSettings;
  /** Numbers that are trained, and those of the model. */
  readonly trained: number;
  readonly parameters: number;
  readonly data: Pick<TrainingData, 'rows' | 'cut' | 'leftOut' | 'files'> & {
    readonly examples: number;
    readonly heldOut: number;
    readonly maxLength: number;
  };
  /** How its graph is laid; recomputation changes no bit. */
  readonly laying: LayingChoices;
  readonly memory: TrainingMemory;
  readonly plan: Json;
}

/** What is trained, on what, and how it is laid: a sentence each. */
export function factsInWords({
  method,
  trained,
  parameters,
  data,
  settings,
  laying,
  session,
  memory,
}: TrainingFacts): string[] {
  const { rows, examples, heldOut, cut, leftOut, maxLength, files } = data;
  const share = ((100 * trained) / parameters).toPrecision(3);
  const { steps, batchSize, accumulation, learningRate, schedule } = settings;
  const packed = session.packs === true && trained < parameters ? ', frozen weights packed' : '';
  const held = heldOut === 0 ? '' : `, ${count(heldOut)} held out`;
  const less = [
    ...(cut === 0 ? [] : [`${count(cut)} cut at ${maxLength} tokens`]),
    ...(leftOut === 0 ? [] : [`${count(leftOut)} left out, for nothing of the response was left`]),
  ];
  return [
    `Trained by ${method}: ${count(trained)} numbers, ${share} % of the model's ${count(parameters)}.`,
    `Data: ${files.map(({ file }) => file).join(', ')}; ${count(rows)} rows, ${count(examples)} examples of at most ` +
      `${maxLength} tokens${held}${less.length === 0 ? '' : `; ${less.join(', ')}`}.`,
    `${count(steps)} steps of ${batchSize * accumulation} examples${accumulation === 1 ? '' : ` in ${accumulation} batches`}, ` +
      `learning rate ${learningRate}, ${schedule}.`,
    `Activations ${activationsInWords(laying)}${packed}, head and loss in ${laying.chunks} ` +
      `${laying.chunks === 1 ? 'piece' : 'pieces'}; ${session.engine} on ${session.threads} ` +
      `${session.threads === 1 ? 'thread' : 'threads'}, about ${count(Math.ceil(memory.needed / 2 ** 20))} MiB of ${count(Math.floor(memory.available / 2 ** 20))} MiB that are free.`,
  ];
}

function activationsInWords({ recompute }: LayingChoices): string {
  if (recompute === false) return 'kept';
  return `computed again, ${recompute === 'half-layers' ? 'half a layer' : 'a layer'} at a time`;
}

function count(value: number): string {
  return value.toLocaleString('en');
}
