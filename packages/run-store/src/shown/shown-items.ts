/** Which items of a run are shown, and what another run says of them. */
import type { RecordedItem, RecordedPart, ResultRow } from '@linchpin/plugin-api';
import { noItems, nothingToCompare, notInRun } from './errors.ts';
import type { OpenedRun } from './open-run.ts';

export interface ShownItem extends Pick<ResultRow, 'model' | 'label' | 'task'> {
  readonly item: RecordedItem;
  /** The same item in the run that this one is compared with. */
  readonly other?: RecordedItem;
}

/** Parts of one task or corpus, of one label, or of both; all parts where neither is said. */
export interface PartChoice {
  readonly task?: string;
  readonly label?: string;
}

export interface ItemChoice extends PartChoice {
  /** Only items that were answered wrong. */
  readonly wrong?: boolean;
}

/** The chosen items of a run, read part by part. A task or label that the run does not have is an error. */
export function* chosenItems(run: OpenedRun, choice: ItemChoice = {}): Generator<ShownItem, void, void> {
  requireNamed(run, choice);
  let items = 0;
  for (const shown of itemsOf(run.parts((rows) => isChosen(rows, choice)))) {
    items++;
    if (choice.wrong !== true || shown.item.isRight === false) yield shown;
  }
  const { task, label } = choice;
  if (items === 0 && task !== undefined) throw noItems([task, ...(label === undefined ? [] : [label])]);
}

/** Of the chosen items of a run those that are right in one and wrong in the other of two runs, with both. */
export function* flippedItems(
  { run, other }: { readonly run: OpenedRun; readonly other: OpenedRun },
  choice: ItemChoice = {},
): Generator<ShownItem, void, void> {
  // The label is that of the run which is shown: the other one may have the same items under another.
  const { task } = choice;
  const index = new ItemIndex(itemsOf(other.parts((rows) => isChosen(rows, task === undefined ? {} : { task }))));
  let common = 0;
  for (const shown of chosenItems(run, choice)) {
    const counterpart = index.get(shown);
    if (counterpart === undefined) continue;
    common++;
    if (counterpart.isRight !== shown.item.isRight) yield { ...shown, other: counterpart };
  }
  if (common === 0) throw nothingToCompare(run.run.id, other.run.id);
}

/** A task or label that the run does not have is a mistake, not an empty answer. */
function requireNamed(run: OpenedRun, choice: PartChoice): void {
  for (const what of ['task', 'label'] as const) {
    const name = choice[what];
    if (name === undefined) continue;
    const known = [...new Set([...run.rows()].flatMap((rows) => rows.map((row) => row[what])))];
    if (!known.includes(name)) throw notInRun(what, name, known);
  }
}

/** Whether a part of these rows has items that may be shown. */
function isChosen(rows: readonly ResultRow[], { task, label }: PartChoice): boolean {
  const [row] = rows;
  if (row === undefined) return false;
  return (task === undefined || row.task === task) && (label === undefined || row.label === label);
}

/** All items of parts that have rows. */
function* itemsOf(parts: Iterable<RecordedPart>): Generator<ShownItem, void, void> {
  for (const { rows, items } of parts) {
    const { model, label, task } = rows[0]!;
    for (const item of items) yield { model, label, task, item };
  }
}

/** Items by model, label, task and row of the data; of a task that was run once, by task and row alone, too. */
class ItemIndex {
  readonly #items = new Map<string, RecordedItem>();
  /** Undefined where several parts have the item. */
  readonly #alone = new Map<string, RecordedItem | undefined>();

  constructor(items: Iterable<ShownItem>) {
    for (const shown of items) {
      this.#items.set(keyOf(shown), shown.item);
      const question = questionOf(shown);
      this.#alone.set(question, this.#alone.has(question) ? undefined : shown.item);
    }
  }

  /** The same item; undefined where there is none, or where it is not clear which. */
  get(shown: ShownItem): RecordedItem | undefined {
    return this.#items.get(keyOf(shown)) ?? this.#alone.get(questionOf(shown));
  }
}

function questionOf({ task, item }: ShownItem): string {
  return JSON.stringify([task, item.docId]);
}

function keyOf({ model, label, task, item }: ShownItem): string {
  return JSON.stringify([model, label, task, item.docId]);
}
