/** The items of a run that flags ask for. */
import type { ResultRow } from '@linchpin/plugin-api';
import { nothingToCompare, notInRun } from './errors.ts';
import type { OpenedRecord } from './open-recorded.ts';
import { isSelected, ItemIndex, itemsOf, type Selection, type ShownItem } from './shown-items.ts';

export interface Choice extends Selection {
  /** Only items that were answered wrong. */
  readonly wrong?: true;
}

export function* chosenItems(record: OpenedRecord, choice: Choice): Generator<ShownItem, void, void> {
  requireNamed(record, choice);
  for (const shown of itemsOf(record.parts((rows) => isSelected(rows, choice)))) {
    if (choice.wrong !== true || shown.item.isRight === false) yield shown;
  }
}

/** Of some items those that are right in one run and wrong in the other, with both. */
export function* flippedItems(
  chosen: Iterable<ShownItem>,
  { record, other, choice }: { record: OpenedRecord; other: OpenedRecord; choice: Selection },
): Generator<ShownItem, void, void> {
  // The label is that of the run which is shown: the other one may have the same items under another.
  const { task } = choice;
  const index = new ItemIndex(itemsOf(other.parts((rows) => isSelected(rows, task === undefined ? {} : { task }))));
  let common = 0;
  for (const shown of chosen) {
    const counterpart = index.get(shown);
    if (counterpart === undefined) continue;
    common++;
    if (counterpart.isRight !== shown.item.isRight) yield { ...shown, other: counterpart };
  }
  if (common === 0) throw nothingToCompare(record.run.id, other.run.id);
}

/** A task or label that the run does not have is a mistake, not an empty answer. */
function requireNamed(record: OpenedRecord, { task, label }: Selection): void {
  const require = (flag: string, name: string | undefined, of: (row: ResultRow) => string): void => {
    if (name === undefined) return;
    const known = [...new Set([...record.rows()].flatMap((rows) => rows.map(of)))];
    if (!known.includes(name)) throw notInRun(flag, name, known);
  };
  require('--task', task, (row) => row.task);
  require('--label', label, (row) => row.label);
}
