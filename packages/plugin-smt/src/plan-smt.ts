/** Chooses what is trained: by gradients of a warm-up, or by activations. */
import type { Json, TrainableModel, TrainedPart, TrainingPlan } from '@linchpin/plugin-api';
import { blockScores } from './block-scores.ts';
import { scoreNotFinite } from './errors.ts';
import { type Candidate, descending, largestOf, projectionOf } from './largest-of.ts';
import { defaultWarmUpLearningRate, type SmtOptions } from './options.ts';
import { placeOf, type SmtRecord, writeTuned } from './smt-files.ts';
import { blocksIn, type TargetedGroup, targetsOf } from './targets.ts';

export async function planSmt(options: SmtOptions, model: TrainableModel): Promise<TrainingPlan> {
  const targeted = targetsOf(options, model);
  const { chosen, moved } = await choose(options, targeted, model);
  const parts = chosen.map(({ matrix, score, ...at }) => {
    const place = placeOf(at, { unit: unitOf(options), block: options.block, shape: matrix.shape });
    return { name: matrix.name, place, score };
  });
  const byMatrix = Map.groupBy(parts, ({ name }) => name);
  const trained = [...byMatrix].map(([name, those]): TrainedPart => ({
    name,
    blocks: those.map(({ place }) => place),
  }));
  const matrices = targeted.flatMap((group) => group.matrices);
  const partsIn = (shape: readonly [number, number]): number =>
    options.selection === 'activation' ? shape[1] : blocksIn(shape, options.block);
  const record: SmtRecord = {
    format: 1,
    unit: unitOf(options),
    block: options.block,
    settings: settingsOf(options, targeted),
    moved: Object.fromEntries([...(moved?.keys() ?? [])].map((name) => [name, model.tensors.get(name)!])),
    matrices: Object.fromEntries(chosen.map(({ matrix: { name, shape } }) => [name, shape])),
    chosen: chosen.map(({ matrix, row, column, score }) => ({ matrix: matrix.name, row, column, score })),
  };
  return {
    settings: { ...record.settings, chosen: record.chosen as unknown as Json },
    trained,
    chosen: { parts, outOf: new Map(matrices.map(({ name, shape }) => [name, partsIn(shape)])) },
    ...(moved === undefined ? {} : { start: moved }),
    remarks: [inWords(options, chosen)],
    save: (result, folder) => writeTuned(record, { result, ...(moved === undefined ? {} : { moved }) }, folder),
  };
}

function unitOf({ selection }: SmtOptions): SmtRecord['unit'] {
  return selection === 'activation' ? 'channel' : 'block';
}

/** Everything that decides about the result, filled in: the warm-up's rate where it has one, and numbers for ratios. */
function settingsOf(options: SmtOptions, targeted: readonly TargetedGroup[]): SmtRecord['settings'] {
  const { block, statistic, selection, warmUp, warmUpSteps } = options;
  return {
    block,
    statistic: selection === 'activation' ? null : statistic,
    selection,
    warmUp,
    warmUpSteps,
    warmUpLearningRate: warmUp === 'moving' ? rateOf(options) : null,
    blocks: Object.fromEntries(targeted.map(({ group, count }) => [group, count])),
  };
}

function rateOf({ warmUpLearningRate = defaultWarmUpLearningRate }: SmtOptions): number {
  return warmUpLearningRate;
}

interface Choice {
  readonly chosen: readonly Candidate[];
  readonly moved?: ReadonlyMap<string, Float32Array>;
}

async function choose(options: SmtOptions, targeted: readonly TargetedGroup[], model: TrainableModel): Promise<Choice> {
  const { block, statistic, selection, warmUp, warmUpSteps: steps } = options;
  const names = targeted.flatMap(({ matrices }) => matrices.map(({ name }) => name));
  if (selection === 'activation') {
    const magnitudes = await model.inputMagnitudes(names, steps);
    return { chosen: targeted.flatMap((group) => widestChannels(group, magnitudes, group.count * block ** 2)) };
  }
  const moving = warmUp === 'moving' ? { moving: { learningRate: rateOf(options) } } : {};
  const { sums, moved } = await model.gradients({ names, steps, ...moving });
  const chosen = targeted.flatMap(({ matrices, count }) => {
    const scored = matrices.map((matrix) => {
      const scores = blockScores(sums.get(matrix.name)!, matrix.shape, { block, statistic });
      return candidatesOf(matrix, scores, { perRow: matrix.shape[1] / block, what: 'gradients' });
    });
    return selection === 'norm_dist'
      ? scored.flatMap((those) => largestOf(those, count))
      : largestOf(scored.flat(), count);
  });
  return { chosen, ...(moved === undefined ? {} : { moved }) };
}

/** The channels of the largest activations, as many as have no more numbers than `budget`. */
function widestChannels(
  { matrices }: TargetedGroup,
  magnitudes: ReadonlyMap<string, Float32Array>,
  budget: number,
): Candidate[] {
  const all = matrices.flatMap((matrix) =>
    candidatesOf(matrix, Float64Array.from(magnitudes.get(matrix.name)!), {
      perRow: matrix.shape[1],
      what: 'activations',
    }),
  );
  let left = budget;
  const chosen: Candidate[] = [];
  for (const candidate of all.toSorted(descending)) {
    left -= candidate.matrix.shape[0];
    if (left < 0) break;
    chosen.push(candidate);
  }
  return chosen;
}

function candidatesOf(
  matrix: Candidate['matrix'],
  scores: Float64Array,
  { perRow, what }: { readonly perRow: number; readonly what: string },
): Candidate[] {
  if (!scores.every(Number.isFinite)) throw scoreNotFinite(matrix.name, what);
  return Array.from(scores, (score, index) => ({
    matrix,
    row: Math.floor(index / perRow),
    column: index % perRow,
    score,
  }));
}

/** `12 blocks of 16 × 16 are trained: 9 of v_proj, 3 of q_proj`. */
function inWords(options: SmtOptions, chosen: readonly Candidate[]): string {
  const what =
    unitOf(options) === 'block' ? `blocks of ${options.block} × ${options.block}` : 'input channels of matrices';
  const counts = [...Map.groupBy(chosen, ({ matrix }) => projectionOf(matrix))]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([projection, those]) => `${those.length} of ${projection}`);
  return `${chosen.length} ${what} are trained: ${counts.join(', ')}`;
}
