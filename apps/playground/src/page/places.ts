/** Scalars as the page names them, and as the engine finds them. */
import type { Change, Edit, Place } from '../engine/adjustment.ts';
import type { MatrixFacts, OpenedFacts } from '../engine/playground-engine.ts';
import type { ScalarEdit } from './page-state.ts';

export type NamedPlace = Pick<ScalarEdit, 'layer' | 'name' | 'row' | 'column'>;

/** Undefined where the model has no such scalar. */
export function placeOf(matrices: readonly MatrixFacts[], { layer, name, row, column }: NamedPlace): Place | undefined {
  const matrix = matrices.findIndex((each) => each.layer === layer && each.name === name);
  const facts = matrices[matrix];
  return facts === undefined || row >= facts.rows || column >= facts.columns ? undefined : { matrix, row, column };
}

export function namedPlace(matrices: readonly MatrixFacts[], { matrix, row, column }: Place): NamedPlace {
  const { layer, name } = matrices[matrix]!;
  return { layer, name, row, column };
}

/** The model's first super weight; undefined where none is known. */
export function superWeightOf({ model, matrices }: Pick<OpenedFacts, 'model' | 'matrices'>): NamedPlace | undefined {
  const [first] = model.superWeights;
  const matrix = matrices.find(({ layer, isMlpOutput }) => isMlpOutput && layer === first?.layer);
  if (first === undefined || matrix === undefined) return undefined;
  return { layer: first.layer, name: matrix.name, row: first.row, column: first.column };
}

export function isSamePlace(a: NamedPlace, b: NamedPlace | undefined): boolean {
  return b !== undefined && a.layer === b.layer && a.name === b.name && a.row === b.row && a.column === b.column;
}

/** What the engine is asked for; edits of scalars that the model does not have are left out. */
export function changeOf(matrices: readonly MatrixFacts[], edits: readonly ScalarEdit[], restores: boolean): Change {
  const known = edits.flatMap((edit): Edit[] => {
    const place = placeOf(matrices, edit);
    if (place === undefined) return [];
    return [edit.kind === 'factor' ? { ...place, factor: edit.amount } : { ...place, value: edit.amount }];
  });
  return { edits: known, restores };
}

/** `layer 1 · mlp.down_proj [100, 300]` */
export function inWords({ layer, name, row, column }: NamedPlace): string {
  return `layer ${layer} · ${name} [${row}, ${column}]`;
}

/** The edits with one more, which takes the place of an edit of the same scalar. */
export function withEdit(edits: readonly ScalarEdit[], edit: ScalarEdit): ScalarEdit[] {
  const at = edits.findIndex((each) => isSamePlace(each, edit));
  return at < 0 ? [...edits, edit] : edits.with(at, edit);
}
