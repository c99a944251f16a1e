/** Which matrices blocks are chosen of, and how many. */
import type { LinearRole, TrainableMatrix, TrainableModel } from '@linchpin/plugin-api';
import { blockDividesNot, nothingToChoose, tooFewBlocks, tooManyBlocks } from './errors.ts';
import { defaultAttentionRatio, type Group, groups, type SmtOptions } from './options.ts';

export interface TargetedGroup {
  readonly group: Group;
  /** In layer order. */
  readonly matrices: readonly TrainableMatrix[];
  /** How many blocks: of all matrices together, or of each where the selection is by matrix. */
  readonly count: number;
}

/** Where queries, keys and values are one product, its blocks compete with one another. */
const attention: readonly LinearRole[] = ['query', 'key', 'value', 'query-key-value'];
const mlp: readonly LinearRole[] = ['mlp-input', 'mlp-output'];
const roles: Readonly<Record<Group, readonly LinearRole[]>> = {
  attention,
  mlp,
  mixture: [...attention, 'attention-output', ...mlp],
};

/** Throws for numbers and sizes of blocks that the model cannot have. */
export function targetsOf(options: SmtOptions, model: TrainableModel): TargetedGroup[] {
  const { block, selection } = options;
  const isAsked = (group: Group): boolean => ratioOf(options, group) > 0 || options[`${group}Blocks`] !== undefined;
  const targeted = groups.filter(isAsked).map((group) => {
    const matrices = model.matrices.filter(({ role }) => roles[group].includes(role));
    if (matrices.length === 0) throw nothingToChoose(group);
    return { group, matrices };
  });
  requireDivided(
    targeted.flatMap(({ matrices }) => matrices),
    block,
  );
  const total = [...model.tensors.values()]
    .filter(({ length }) => length === 2)
    .reduce((sum, shape) => sum + blocksIn(shape, block), 0);
  return targeted.map(({ group, matrices }) => {
    const perMatrix = selection === 'norm_dist';
    const ratio = ratioOf(options, group);
    // As the official code rounds. Matrices that choose by themselves share what the ratio stands for evenly.
    const byRatio = Math.floor(Math.floor(ratio * total) / (perMatrix ? matrices.length : 1));
    const count = options[`${group}Blocks`] ?? byRatio;
    if (count === 0) throw tooFewBlocks(group, { ratio, total, block });
    const sizes = matrices.map(({ shape }) => blocksIn(shape, block));
    const most = perMatrix ? Math.min(...sizes) : sizes.reduce((sum, size) => sum + size, 0);
    if (count > most) throw tooManyBlocks(group, { count, most, block, perMatrix });
    return { group, matrices, count };
  });
}

function ratioOf(options: SmtOptions, group: Group): number {
  const isNothingAsked = groups.every(
    (each) => options[`${each}Ratio`] === undefined && options[`${each}Blocks`] === undefined,
  );
  if (isNothingAsked && group === 'attention') return defaultAttentionRatio;
  return options[`${group}Ratio`] ?? 0;
}

export function blocksIn(shape: readonly number[], block: number): number {
  return shape.reduce((product, size) => product * Math.floor(size / block), 1);
}

function requireDivided(matrices: readonly TrainableMatrix[], block: number): void {
  const undivided = matrices.find(({ shape }) => shape.some((size) => size % block !== 0));
  if (undivided === undefined) return;
  const common = matrices.flatMap(({ shape }) => [...shape]).reduce(greatestDivisor);
  const sizes = Array.from({ length: common }, (_, index) => index + 1).filter((size) => common % size === 0);
  throw blockDividesNot(undivided, { block, sizes });
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}
