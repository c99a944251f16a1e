/**
 * What one forward pass shows of an MLP's output projection Y = X · Wᵀ: the largest entries of X and Y, and how much of
 * the largest output one scalar W[j, k] makes by itself. The paper (arXiv 2411.07191, section 3.1) takes k from the
 * largest input; a second weight of the same row, as LLaMA-13B has one, is only seen where k is the channel that
 * contributes most to the output. Both are kept.
 */
import type { MlpPlace } from '@linchpin/plugin-api';
import { largestEntry, type Spike } from './spike.ts';

/** Of one MLP: of a layer, or of one expert of it. */
export interface LayerSpikes extends MlpPlace {
  readonly input: Spike;
  readonly output: Spike;
  /** The scalar at the output's channel and the largest input's channel. */
  readonly atLargestInput: Contribution;
  /** The scalar of the output's channel that contributes most to the largest output. */
  readonly largest: Contribution;
}

/** The share of one scalar in the largest output. */
export interface Contribution {
  /** Input channel k. */
  readonly column: number;
  /** X[t, k] at the token t of the largest output. */
  readonly input: number;
  /** W[j, k]. */
  readonly weight: number;
  /** X[t, k] · W[j, k] / Y[t, j]; 1 where the scalar makes the whole output, 0 where the output is 0. */
  readonly explained: number;
}

export interface LayerActivations {
  readonly place: MlpPlace;
  /** Module of the projection, which errors name. */
  readonly module: string;
  /** [out, in] of the matrix. */
  readonly shape: readonly [number, number];
  /** X, [tokens, in]. */
  readonly input: Float32Array;
  /** Y, [tokens, out]. */
  readonly output: Float32Array;
  /** A row of W as the pass had it. */
  readonly readRow: (row: number) => Promise<Float32Array>;
}

export async function measureSpikes(activations: LayerActivations): Promise<LayerSpikes> {
  const { place, module, shape, readRow } = activations;
  const [rows, columns] = shape;
  const input = largestEntry(activations.input, columns, `${module}.input`);
  const output = largestEntry(activations.output, rows, `${module}.output`);
  const row = await readRow(output.channel);
  const x = activations.input.subarray(output.token * columns, (output.token + 1) * columns);
  const contribution = (column: number): Contribution => ({
    column,
    input: x[column]!,
    weight: row[column]!,
    explained: output.value === 0 ? 0 : (x[column]! * row[column]!) / output.value,
  });
  return {
    ...place,
    input,
    output,
    atLargestInput: contribution(input.channel),
    largest: contribution(largestShare(x, row, Math.sign(output.value))),
  };
}

/** The channel whose product has the most of the output's own sign. */
function largestShare(x: Float32Array, row: Float32Array, sign: number): number {
  let best = 0;
  for (let k = 1; k < x.length; k++) if (sign * x[k]! * row[k]! > sign * x[best]! * row[best]!) best = k;
  return best;
}
