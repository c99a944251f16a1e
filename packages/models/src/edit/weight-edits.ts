/** What interventions ask of one tensor, kept as a description until the graph is laid. */
import type { EditableWeight, Parameter } from '@linchpin/plugin-api';
import { readRows, type StoredTensor } from '@linchpin/safetensors';
import { coordinatesOutOfRange, notAMatrix } from '../errors.ts';
import type { TensorReader } from '../formats/tensor-reader.ts';
import { EditEffects } from './edit-effects.ts';
import { editedAfterExecution, parameterUnderExecution } from './errors.ts';
import { type ScaledEntry, type ScaledRows, scaledRows } from './scaled-rows.ts';

/** How an edited tensor reaches the graph. */
export type EditedTensor =
  | { readonly kind: 'unchanged' }
  /** Few rows changed: the matrix stays in its file and these rows of the product are computed again. */
  | { readonly kind: 'rows'; readonly rows: readonly number[]; readonly values: Float32Array; readonly changed: number }
  | { readonly kind: 'copy'; readonly values: Float32Array; readonly changed: number }
  /** A copy that lies in a file of its own (see edited-copies.ts). */
  | { readonly kind: 'file'; readonly stored: StoredTensor; readonly changed: number };

type Edit = { /** Place in the chain of the intervention that asked. */ readonly by: number } & EditKind;

type EditKind =
  | { readonly kind: 'set'; readonly row: number; readonly column: number; readonly value: number }
  | { readonly kind: 'scale'; readonly row: number; readonly column: number; readonly factor: number }
  | { readonly kind: 'map'; readonly transform: (values: Float32Array, shape: readonly number[]) => void };

/** Above this share of its rows a matrix is copied: recomputing a row for every token costs more than its memory. */
const patchedShare = 1 / 16;

/** A matrix after its edits. */
export interface EditedMatrix {
  readonly values: Float32Array;
  /** Entries that differ from the file's. */
  readonly changed: number;
}

/** Throws for a parameter that cannot be a factor of the tensor. */
export type ParameterCheck = (parameter: Parameter) => void;

export interface WeightEditsCalls {
  readonly effects?: EditEffects;
  readonly checkParameter?: ParameterCheck;
  /** Whether parameters are numbers like others, which nothing changes at run time. */
  readonly fixesParameters?: boolean;
}

/** The edits of one tensor, in the order in which they were asked for; run-time factors act behind the fixed ones. */
export class WeightEdits implements EditableWeight {
  readonly name: string;
  readonly shape: readonly number[];
  /** As the checkpoint stores it. */
  readonly dtype: string;
  readonly #stored: StoredTensor;
  readonly #reader: TensorReader;
  readonly #checkParameter: ParameterCheck;
  readonly #fixesParameters: boolean;
  readonly #effects: EditEffects;
  readonly #edits: Edit[] = [];
  readonly #scaled: ScaledEntry[] = [];
  #execution: string | undefined;

  constructor(
    stored: StoredTensor,
    reader: TensorReader,
    { effects = new EditEffects(), checkParameter = () => {}, fixesParameters = false }: WeightEditsCalls = {},
  ) {
    this.#fixesParameters = fixesParameters;
    this.#effects = effects;
    this.#stored = stored;
    this.#reader = reader;
    this.#checkParameter = checkParameter;
    this.name = stored.name;
    this.shape = stored.shape;
    this.dtype = stored.dtype;
  }

  set(row: number, column: number, value: number): void {
    this.check(row, column);
    this.#push({ kind: 'set', row, column, value });
  }

  scale(row: number, column: number, factor: number | Parameter): void {
    this.check(row, column);
    if (typeof factor === 'number') {
      this.#push({ kind: 'scale', row, column, factor });
      return;
    }
    this.#checkParameter(factor);
    if (this.#fixesParameters) {
      this.#push({ kind: 'scale', row, column, factor: Math.fround(factor.initial) });
      return;
    }
    this.#refuseExecuted();
    // At the value 1 it leaves the weight alone.
    if (factor.initial !== 1) this.#effects.add();
    this.#scaled.push({ row, column, parameter: factor });
  }

  map(transform: (values: Float32Array, shape: readonly number[]) => void): void {
    this.#push({ kind: 'map', transform });
  }

  /** Lets no further edit pass: the matrix is what an execution encodes. */
  execute(execution: string): void {
    if (this.#scaled.length > 0) throw parameterUnderExecution(this.name, execution);
    this.#execution = execution;
  }

  original(row: number): Promise<Float32Array> {
    this.check(row, 0);
    return this.#reader.readRows(this.#stored, row, 1);
  }

  isEdited(row: number): boolean {
    return (
      this.#edits.some((edit) => edit.kind === 'map' || edit.row === row) ||
      this.#scaled.some((entry) => entry.row === row)
    );
  }

  async values(): Promise<Float32Array> {
    return (await this.#readWhole()).after;
  }

  /** The whole matrix, all fixed edits carried out. */
  async matrix(): Promise<EditedMatrix> {
    const { before, after } = await this.#readWhole();
    if (before === after) return { values: after, changed: 0 };
    const { changed } = compare(before, after, this.#columns());
    this.#note(changed);
    return { values: after, changed };
  }

  /** The rows that run-time factors change, behind the fixed edits that `resolve` gave; undefined where there are none. */
  async scaledRows(edited: EditedTensor): Promise<ScaledRows | undefined> {
    if (this.#scaled.length === 0) return undefined;
    const columns = this.#columns();
    return await scaledRows(this.#scaled, columns, async (row) => {
      const before = await this.original(row);
      if (edited.kind === 'unchanged') return { before, after: before };
      if (edited.kind === 'file') return { before, after: await readRows(edited.stored, row, 1) };
      const at = edited.kind === 'copy' ? row : edited.rows.indexOf(row);
      return { before, after: at < 0 ? before : edited.values.subarray(at * columns, (at + 1) * columns) };
    });
  }

  /** Carries the edits out. `patchable`: whether the tensor is only ever the matrix of a product. */
  async resolve(patchable: boolean): Promise<EditedTensor> {
    if (this.#edits.length === 0) return { kind: 'unchanged' };
    const rows = new Set(this.#edits.map((edit) => (edit.kind === 'map' ? undefined : edit.row)));
    const whole = !patchable || rows.has(undefined) || rows.size > this.#mostPatchedRows();
    return whole ? await this.#resolveWhole(patchable) : await this.#resolveRows();
  }

  async #resolveWhole(patchable: boolean): Promise<EditedTensor> {
    const { before, after } = await this.#readWhole();
    const columns = this.#columns();
    const { rows, changed } = compare(before, after, columns);
    this.#note(changed);
    if (changed === 0) return { kind: 'unchanged' };
    if (!patchable || rows.length > this.#mostPatchedRows()) return { kind: 'copy', values: after, changed };
    return { kind: 'rows', rows, values: takeRows(after, rows, columns), changed };
  }

  /** The same array twice where there is no edit. */
  async #readWhole(): Promise<{ before: Float32Array; after: Float32Array }> {
    const before = await this.#reader.readTensor(this.#stored);
    if (this.#edits.length === 0) return { before, after: before };
    const after = before.slice();
    const columns = this.#columns();
    for (const [by, edits] of this.#editsByOwner()) {
      // Where one intervention has edited alone, what it did is told by the whole difference.
      const earlier = this.editedBy.length > 1 ? after.slice() : undefined;
      for (const edit of edits) {
        if (edit.kind === 'map') this.#effects.during(by, () => edit.transform(after, this.shape));
        else change(after, edit.row * columns + edit.column, edit);
      }
      if (earlier !== undefined && compare(earlier, after, columns).changed > 0) this.#effects.add(by);
    }
    return { before, after };
  }

  /** Places in the chain of the interventions that have edited the tensor. */
  get editedBy(): readonly number[] {
    return [...this.#editsByOwner().keys()];
  }

  #editsByOwner(): Map<number, Edit[]> {
    return Map.groupBy(this.#edits, ({ by }) => by);
  }

  /** The effect of an intervention that has edited alone. */
  #note(changed: number): void {
    const [only, ...others] = this.editedBy;
    if (changed > 0 && only !== undefined && others.length === 0) this.#effects.add(only);
  }

  async #resolveRows(): Promise<EditedTensor> {
    const columns = this.#columns();
    const changed = new Map<number, { before: Float32Array; after: Float32Array }>();
    for (const [by, edits] of this.#editsByOwner()) {
      const earlier = new Map<number, Float32Array>();
      for (const edit of edits) {
        if (edit.kind === 'map') continue;
        let row = changed.get(edit.row);
        if (row === undefined) {
          const before = await this.original(edit.row);
          row = { before, after: before.slice() };
          changed.set(edit.row, row);
        }
        if (!earlier.has(edit.row)) earlier.set(edit.row, row.after.slice());
        change(row.after, edit.column, edit);
      }
      const isEffective = [...earlier].some(([row, was]) => compare(was, changed.get(row)!.after, columns).changed > 0);
      if (isEffective) this.#effects.add(by);
    }
    return patchOf(changed, columns);
  }

  #push(edit: EditKind): void {
    this.#refuseExecuted();
    this.#edits.push({ ...edit, by: this.#effects.current });
  }

  #refuseExecuted(): void {
    if (this.#execution !== undefined) throw editedAfterExecution(this.name, this.#execution);
  }

  #mostPatchedRows(): number {
    return Math.max(1, this.shape[0]! * patchedShare);
  }

  #columns(): number {
    return this.shape.at(-1) ?? 1;
  }

  check(row: number, column: number): void {
    if (this.shape.length !== 2) throw notAMatrix(this.name, this.shape);
    const [rows, columns] = this.shape as [number, number];
    if (!isInside(row, rows) || !isInside(column, columns))
      throw coordinatesOutOfRange(this.name, [row, column], [rows, columns]);
  }
}

function isInside(index: number, size: number): boolean {
  return Number.isInteger(index) && index >= 0 && index < size;
}

function change(values: Float32Array, at: number, edit: Exclude<EditKind, { kind: 'map' }>): void {
  values[at] = edit.kind === 'set' ? edit.value : values[at]! * edit.factor;
}

/** Rows of which a value differs; NaN never equals itself, so it counts as changed and is found by whoever checks. */
function compare(before: Float32Array, after: Float32Array, columns: number): { rows: number[]; changed: number } {
  const rows: number[] = [];
  let changed = 0;
  for (let at = 0; at < after.length; at++) {
    if (before[at] === after[at]) continue;
    changed++;
    const row = Math.floor(at / columns);
    if (rows.at(-1) !== row) rows.push(row);
  }
  return { rows, changed };
}

/** Rows that were edited one by one, those left out that came back to what they were. */
function patchOf(
  edited: ReadonlyMap<number, { before: Float32Array; after: Float32Array }>,
  columns: number,
): EditedTensor {
  const differing = [...edited]
    .map(([row, { before, after }]) => ({ row, after, changed: compare(before, after, columns).changed }))
    .filter(({ changed }) => changed > 0)
    .toSorted((a, b) => a.row - b.row);
  if (differing.length === 0) return { kind: 'unchanged' };
  const values = new Float32Array(differing.length * columns);
  differing.forEach(({ after }, index) => values.set(after, index * columns));
  const changed = differing.reduce((sum, row) => sum + row.changed, 0);
  return { kind: 'rows', rows: differing.map(({ row }) => row), values, changed };
}

function takeRows(values: Float32Array, rows: readonly number[], columns: number): Float32Array {
  const taken = new Float32Array(rows.length * columns);
  rows.forEach((row, index) => taken.set(values.subarray(row * columns, (row + 1) * columns), index * columns));
  return taken;
}
