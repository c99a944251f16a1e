/** Which items of a run are shown, and what another run says of them. */
import type { RecordedItem, RecordedPart, ResultRow } from '@linchpin/plugin-api';

export interface ShownItem extends Pick<ResultRow, 'model' | 'label' | 'task'> {
  readonly item: RecordedItem;
  /** The same item in the run that this one is compared with. */
  readonly other?: RecordedItem;
}

export interface Selection {
  readonly task?: string;
  readonly label?: string;
}

/** Whether a part of these rows has items that may be shown. */
export function isSelected(rows: readonly ResultRow[], { task, label }: Selection): boolean {
  const [row] = rows;
  if (row === undefined) return false;
  return (task === undefined || row.task === task) && (label === undefined || row.label === label);
}

/** All items of parts that have rows. */
export function* itemsOf(parts: Iterable<RecordedPart>): Generator<ShownItem, void, void> {
  for (const { rows, items } of parts) {
    const { model, label, task } = rows[0]!;
    for (const item of items) yield { model, label, task, item };
  }
}

/** Items by model, label, task and row of the data; of a task that was run once, by task and row alone, too. */
export class ItemIndex {
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
