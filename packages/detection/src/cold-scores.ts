/**
 * A guess from the weights alone, without a forward pass (an independent replication of arXiv 2411.07191): row k of an
 * MLP's output projection scores sqrt(Σ_i W[k, i]² · ‖input row i‖²), where a gated MLP has a factor for the gate's row and
 * one for the up projection's. The column of a row is the largest summand. Deviation: weights of the norm before the MLP
 * are not looked at.
 */
import type { TensorReader } from '@linchpin/models';
import type { MlpPlace, SuperWeight } from '@linchpin/plugin-api';
import type { StoredTensor } from '@linchpin/safetensors';
import { median } from './candidate-rule.ts';
import { unsuitableMatrices } from './errors.ts';

/** The matrices of one MLP. */
export interface MlpMatrices {
  readonly place: MlpPlace;
  /** Each [in of the output projection, hidden], or all of them in one: their rows' norms are multiplied. */
  readonly inputs: readonly StoredTensor[];
  /** [out, in]. */
  readonly output: StoredTensor;
}

export interface ColdScore extends SuperWeight {
  readonly score: number;
  /** How many times the median score of the rows of its matrix. */
  readonly timesMedian: number;
}

/**
 * The rows of all layers, best first. Every matrix is read once, in pieces, by the reader of its checkpoint; `onLayer` is
 * called after each layer.
 */
export async function coldScores(
  layers: readonly MlpMatrices[],
  reader: Pick<TensorReader, 'streamTensor'>,
  onLayer?: () => void,
): Promise<ColdScore[]> {
  const scores: ColdScore[] = [];
  for (const matrices of layers) {
    scores.push(...(await scoreLayer(matrices, reader)));
    onLayer?.();
  }
  return scores.toSorted((a, b) => b.score - a.score);
}

async function scoreLayer(
  { place, inputs, output }: MlpMatrices,
  reader: Pick<TensorReader, 'streamTensor'>,
): Promise<ColdScore[]> {
  const [rows, columns] = output.shape;
  if (rows === undefined || columns === undefined || output.shape.length !== 2)
    throw unsuitableMatrices(place.layer, `${output.name} [${output.shape.join(', ')}]`);
  const gains = new Float64Array(columns).fill(1);
  for (const input of inputs) {
    const [inputRows = 0, width = 0] = input.shape;
    if (inputRows === 0 || width === 0 || inputRows % columns !== 0)
      throw unsuitableMatrices(place.layer, `${input.name} [${input.shape.join(', ')}]`);
    await multiplyNorms(gains, width, reader.streamTensor(input));
  }
  const best = await bestColumns(reader.streamTensor(output), gains);
  const middle = median(best.map(({ score }) => score));
  return best.map(({ score, column }, row) => ({ ...place, row, column, score, timesMedian: score / middle }));
}

/** gains[i] ·= ‖row i‖², once for every block of as many rows as there are gains: fused projections have several. */
async function multiplyNorms(gains: Float64Array, width: number, pieces: AsyncIterable<Float32Array>): Promise<void> {
  let row = 0;
  let filled = 0;
  let sum = 0;
  for await (const piece of pieces) {
    for (const value of piece) {
      sum += value * value;
      if (++filled < width) continue;
      gains[row++ % gains.length]! *= sum;
      filled = 0;
      sum = 0;
    }
  }
}

async function bestColumns(
  pieces: AsyncIterable<Float32Array>,
  gains: Float64Array,
): Promise<{ score: number; column: number }[]> {
  const rows: { score: number; column: number }[] = [];
  let column = 0;
  let sum = 0;
  let best = { share: -1, column: 0 };
  for await (const piece of pieces) {
    for (const value of piece) {
      const share = value * value * gains[column]!;
      sum += share;
      if (share > best.share) best = { share, column };
      if (++column < gains.length) continue;
      rows.push({ score: Math.sqrt(sum), column: best.column });
      column = 0;
      sum = 0;
      best = { share: -1, column: 0 };
    }
  }
  return rows;
}
