/** Sequences of a model that keeps nothing: every step runs every one of them from its beginning, one after the other. */
import { internalError } from '@linchpin/errors';
import type { Growth, TokenBranches } from '@linchpin/plugin-api';
import type { LogitsOf, StepRun, StepTokens } from './step-run.ts';

export class WholeBranches implements TokenBranches {
  /** The ids of each branch. */
  ids: readonly (readonly number[])[] = [[]];

  get length(): number {
    return this.ids[0]!.length;
  }

  get count(): number {
    return this.ids.length;
  }
}

export async function growWhole(
  growths: readonly Growth[],
  { run, logitsOf }: { readonly run: StepRun; readonly logitsOf: LogitsOf },
): Promise<Float32Array[][]> {
  const all: Float32Array[][] = [];
  for (const { branches, next } of growths) {
    if (!(branches instanceof WholeBranches)) throw internalError('branches of another model');
    const grown = next.map(({ from, ids }) => [...branches.ids[from]!, ...ids]);
    const logits: Float32Array[] = [];
    for (const ids of grown) logits.push(...logitsOf(await run(sequenceTokens(ids), {})));
    branches.ids = grown;
    all.push(logits);
  }
  return all;
}

/** One sequence as a row of its own. */
function sequenceTokens(ids: readonly number[]): StepTokens {
  const { length } = ids;
  const positions = Int32Array.from(ids, (_, index) => index);
  const visible = new Uint8Array(length * length);
  for (let token = 0; token < length; token++) visible.fill(1, token * length, token * length + token + 1);
  return {
    rows: 1,
    rowLength: length,
    keys: length,
    tokenIds: Int32Array.from(ids),
    positions,
    visible,
    keyPositions: positions,
    scoredTokens: Int32Array.of(length - 1),
  };
}
