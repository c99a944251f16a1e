/** Methods at a share of the weights of a model: how many blocks, and which rank, come nearest to it. */
import type { OpenedModel } from '@linchpin/harness';
import type { Json, LinearRole } from '@linchpin/plugin-api';
import { isUsualTarget } from '@linchpin/plugin-lora';
import { blockTooLarge, noBlockFits } from '../errors.ts';

export interface TuningRun {
  readonly label: string;
  /** Of several runs of one method at several shares. */
  readonly series: string;
  readonly method: { readonly name: string; readonly settings: Json };
  /** What the learning rate of the experiment is multiplied by. */
  readonly rate: number;
}

/** What blocks are chosen from. */
export type BlockGroup = 'attention' | 'mlp' | 'mixture';

/** What the runs of a model are made from. */
export interface RunMaker {
  readonly block: number;
  /** Weights of the model. */
  readonly parameters: number;
  /** How many blocks a group has. */
  blocks(group: BlockGroup): number;
  smt(share: number, group: BlockGroup): TuningRun;
  lowRank(share: number, method: 'lora' | 'dora'): TuningRun;
  full(): TuningRun;
}

interface Matrix {
  readonly module: string;
  readonly role: LinearRole;
  readonly shape: readonly [number, number];
}

/** Steps over which gradients are summed before blocks are chosen. */
const warmUpSteps = 5;

const sizes = [256, 128, 64, 32, 16];

const groupRoles: Readonly<Record<BlockGroup, readonly LinearRole[] | undefined>> = {
  attention: ['query', 'key', 'value', 'query-key-value'],
  mlp: ['mlp-input', 'mlp-output'],
  mixture: undefined,
};

export function runMaker(
  { family, config, tensors }: Pick<OpenedModel, 'family' | 'config' | 'tensors'>,
  given?: number,
): RunMaker {
  const matrices = family.layerMatrices(config).map((name): Matrix => {
    const [out = 0, columns = 0] = tensors.get(name)?.shape ?? [];
    const module = name.replace(/\.weight$/, '');
    return { module, role: family.linearFacts(config, module).role, shape: [out, columns] };
  });
  const widths = [...new Set(matrices.flatMap(({ shape }) => shape))];
  const block = given ?? sizes.find((size) => widths.every((width) => width % size === 0));
  if (block === undefined) throw noBlockFits(widths, sizes);
  const parameters = family
    .tensors(config)
    .reduce((sum, { name }) => sum + (tensors.get(name)?.shape ?? []).reduce((product, size) => product * size, 1), 0);
  const blocksIn = (group: BlockGroup): number => {
    const roles = groupRoles[group];
    const those = matrices.filter(({ role }) => roles === undefined || roles.includes(role));
    return those.reduce(
      (sum, { shape: [out, columns] }) => sum + Math.floor(out / block) * Math.floor(columns / block),
      0,
    );
  };
  return {
    block,
    parameters,
    blocks: blocksIn,
    smt(share, group) {
      const count = Math.max(1, Math.round((share * parameters) / block ** 2));
      if (count > blocksIn(group)) throw blockTooLarge(share, { group, count, blocks: blocksIn(group), block });
      const settings = { block, warmUpSteps, [`${group}Blocks`]: count };
      const where = group === 'mixture' ? 'all matrices' : group === 'mlp' ? 'MLP' : 'q, k, v';
      return {
        label: `SMT on ${where}, ${percent(share)}`,
        series: `SMT on ${where}`,
        method: { name: 'smt', settings },
        rate: 1,
      };
    },
    lowRank(share, method) {
      const perRank = matrices.filter(isUsualTarget).reduce((sum, { shape: [out, columns] }) => sum + out + columns, 0);
      const rank = Math.max(1, Math.round((share * parameters) / perRank));
      const name = method === 'lora' ? 'LoRA' : 'DoRA';
      return {
        label: `${name}, ${percent(share)}`,
        series: name,
        method: { name: method, settings: { r: rank } },
        rate: 1,
      };
    },
    full: () => ({ label: 'Full', series: 'Full', method: { name: 'full', settings: {} }, rate: 0.5 }),
  };
}

export function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}
