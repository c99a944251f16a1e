/** What a training takes of memory, known from its graph before it begins. */
import { type BatchSizes, type LaidTraining, trainingBytes } from '@linchpin/models';
import type { SessionSettings } from '@linchpin/runtime';

/** Bytes by what they hold. */
export interface TrainingMemory {
  /** Weights that are not trained, as sessions hold them. */
  readonly weights: number;
  /** Whole tensors of which something is trained. */
  readonly trained: number;
  /** What the optimizer knows of each trained number, and the best values so far. */
  readonly moments: number;
  readonly best: number;
  /** Gradients outside of the session: of a batch, and their sum where a step has several. */
  readonly gradients: number;
  /** What a batch computes, gradients among it. */
  readonly batch: number;
  /** A second session, for what is held out. */
  readonly evaluation: number;
  /** What the program and onnxruntime grow by besides. */
  readonly program: number;
  readonly needed: number;
  /** What there is. */
  readonly available: number;
}

/** What lies beside the session that gives gradients. */
export interface HeldBeside {
  /** Whether an optimizer runs; else gradients are only summed. */
  readonly updates: boolean;
  /** Whether a step has several batches. */
  readonly accumulates: boolean;
  /** The graph of the loss alone, where something is held out. */
  readonly evaluated?: Pick<LaidTraining, 'graph'> | undefined;
}

/** What is laid, for which batch and session. */
export interface MeasuredTraining {
  readonly batch: BatchSizes;
  readonly chunks: number;
  readonly session: Pick<SessionSettings, 'castWeights' | 'packs'>;
  readonly available: number;
}

/** onnxruntime's arena holds more than lies in it: gaps between what came and went. */
const arenaShare = 1.2;

/** With both, peaks of all, LoRA and SMT at 134 million parameters were 0.93 to 1.09 times what was said. */
const programBytes = 128 * 2 ** 20;

const float32Bytes = 4;

export function trainingMemory(
  laid: Pick<LaidTraining, 'graph' | 'trained'>,
  { batch, chunks, session, available }: MeasuredTraining,
  { updates, accumulates, evaluated }: HeldBeside,
): TrainingMemory {
  const options = { batch, chunks, castsEveryBatch: session.castWeights === 'every-batch' };
  const bytes = trainingBytes(laid, options);
  const ofLoss = evaluated === undefined ? { constants: 0, values: 0 } : trainingBytes(evaluated, options);
  const whole = float32Bytes * sum(laid.trained.map(({ shape }) => count(shape)));
  const numbers =
    float32Bytes *
    sum(
      laid.trained.map(({ shape, blocks }) =>
        blocks === undefined ? count(shape) : sum(blocks.map(({ rows, columns }) => rows * columns)),
      ),
    );
  // Both forms that are packed, in the place of what both are made from. Tables, which are not packed, are counted, too.
  const copies = session.packs === true ? 2 : 1;
  const parts = {
    weights: copies * bytes.constants,
    trained: whole,
    moments: updates ? 2 * numbers : 0,
    best: evaluated === undefined ? 0 : numbers,
    gradients: accumulates || !updates ? 2 * numbers : numbers,
    batch: Math.ceil(arenaShare * bytes.values),
    evaluation: copies * ofLoss.constants + Math.ceil(arenaShare * ofLoss.values),
    program: programBytes,
  };
  return { ...parts, needed: sum(Object.values(parts)), available };
}

/** The largest batch of fewer rows with which the training fits; undefined where one of a single row does not. */
export function batchThatFits(
  laid: Pick<LaidTraining, 'graph' | 'trained'>,
  training: MeasuredTraining,
  held: HeldBeside,
): BatchSizes | undefined {
  const { batch, available } = training;
  for (let rows = Math.floor(batch.rows / 2); rows >= 1; rows = Math.floor(rows / 2)) {
    const smaller = { ...batch, rows, scored: Math.ceil((batch.scored * rows) / batch.rows) };
    const { needed } = trainingMemory(laid, { ...training, batch: smaller }, { ...held, accumulates: true });
    if (needed <= available) return smaller;
  }
  return undefined;
}

function count(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
