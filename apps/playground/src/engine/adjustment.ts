/** Changes of single weights, and what a run of the graph is fed with to carry them out. */
import { rowInputs } from '@linchpin/models';
import { type ManifestMatrix, packedRow, type PlaygroundManifest } from '@linchpin/playground';

/** One scalar of a matrix. */
export interface Place {
  /** Index among the matrices of the manifest. */
  readonly matrix: number;
  readonly row: number;
  readonly column: number;
}

/** What a scalar becomes: another value, or a multiple of its own. */
export type Edit = Place & ({ readonly value: number } | { readonly factor: number });

export interface Change {
  readonly edits: readonly Edit[];
  /** "+SA": at one token of the text, edited channels of an MLP's output keep what they are without edits. */
  readonly restores: boolean;
}

export const noChange: Change = { edits: [], restores: false };

/** A row of a matrix, as edits leave it. */
export interface EditedRow {
  readonly matrix: number;
  /** Place among the edited rows of its matrix. */
  readonly slot: number;
  readonly row: number;
  readonly values: Float32Array;
}

/** Rows that differ from those of the model, in the order of the edits; edits of one row come together. */
export function editedRows(
  { matrices }: Pick<PlaygroundManifest, 'matrices'>,
  weights: Uint8Array,
  edits: readonly Edit[],
): EditedRow[] {
  const rows = new Map<string, EditedRow>();
  for (const edit of edits) {
    const { matrix, row, column } = edit;
    const key = `${matrix}:${row}`;
    const known = rows.get(key);
    const slot = [...rows.values()].filter((each) => each.matrix === matrix).length;
    const values = known?.values ?? packedRow(weights, matrices[matrix]!, row);
    if (known === undefined) rows.set(key, { matrix, slot, row, values });
    values[column] = 'value' in edit ? edit.value : values[column]! * edit.factor;
  }
  return [...rows.values()];
}

/** An input of the graph. */
export interface Fed {
  readonly type: 'float32' | 'int32' | 'int64' | 'bool';
  readonly data: Float32Array | Int32Array | BigInt64Array | Uint8Array;
  readonly dims: readonly number[];
}

/** The inputs `rowInputs`; `kept` is the position at which a row keeps its channel, −1 for none, one an edited row. */
export function rowFeeds(
  matrices: readonly ManifestMatrix[],
  rows: readonly EditedRow[],
  kept: readonly number[],
): Record<string, Fed> {
  const slots = 1 + Math.max(0, ...rows.map(({ slot }) => slot));
  const longest = Math.max(...matrices.map(({ shape }) => shape[1]));
  const [places, values] = [new Int32Array(matrices.length * slots).fill(-1), new Int32Array(matrices.length * slots)];
  const positions = new BigInt64Array(matrices.length * slots).fill(-1n);
  const fed = new Float32Array(Math.max(1, rows.length) * longest);
  rows.forEach((each, index) => {
    const at = each.matrix * slots + each.slot;
    places[at] = each.row;
    values[at] = index;
    positions[at] = BigInt(kept[index] ?? -1);
    fed.set(each.values, index * longest);
  });
  const dims = [matrices.length, slots];
  return {
    [rowInputs.rows]: { type: 'int32', data: places, dims },
    [rowInputs.values]: { type: 'int32', data: values, dims },
    [rowInputs.kept]: { type: 'int64', data: positions, dims },
    [rowInputs.fed]: { type: 'float32', data: fed, dims: [fed.length / longest, longest] },
  };
}
