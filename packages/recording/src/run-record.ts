/** Parts of a run on their way into the store, or nowhere: what computes them need not know. */
import type { JudgedItem } from '@linchpin/evaluator';
import type { Division } from '@linchpin/execution';
import type { WindowScore } from '@linchpin/perplexity';
import type { ResultRow, Tokenizer } from '@linchpin/plugin-api';
import type { RunRecorder } from '@linchpin/run-store';
import { ItemRecord, type WrittenItem } from './recorded-item.ts';

/** What comes in while a part is computed. */
export interface PartRecord {
  item(item: JudgedItem): void;
  /** `origin` stands for what was asked: parts that ask the same hand over the same one. */
  text(item: WrittenItem, origin: object): void;
  window(score: Pick<WindowScore, 'window' | 'nllSum'>, ids: Int32Array): void;
  /** Keeps the part; without it nothing is kept. */
  finish(rows: readonly ResultRow[]): void;
  /** How many items or windows are gone through, where somebody else computes the part; all when absent. */
  readonly most?: number | undefined;
}

export interface RunRecord {
  /** One task or corpus under one chain of interventions. */
  beginPart(tokenizer: Tokenizer): PartRecord;
  /** Numbers that were made of those of other parts, and have no items of their own; one part a task. */
  averages(rows: readonly ResultRow[]): void;
}

const nothing: PartRecord = { item() {}, text() {}, window() {}, finish() {} };

/** What is used where nothing is recorded. */
export const noRecord: RunRecord = { beginPart: () => nothing, averages() {} };

/** What a division is told in the place of a record: numbers of stand-ins are nobody's. */
export function divided(division: Division): RunRecord {
  return {
    beginPart: () => ({ ...nothing, most: division.beginPart(), finish: (rows) => division.endPart(rows) }),
    averages() {},
  };
}

export function recordInto(recorder: RunRecorder): RunRecord {
  const items = new Map<Tokenizer, ItemRecord>();
  return {
    beginPart(tokenizer) {
      const record = items.get(tokenizer) ?? new ItemRecord(tokenizer);
      items.set(tokenizer, record);
      const part = recorder.beginPart();
      return {
        // Requests and windows that are kept from row to row of a table are the same objects.
        item: (item) => part.add(record.ofItem(item), item.requests[0]?.tokens),
        text: (item, origin) => part.add(record.ofText(item), origin),
        window: (score, ids) => part.add(record.ofWindow(score, ids), ids),
        finish: (rows) => part.finish(rows),
      };
    },
    averages(rows) {
      for (const own of Map.groupBy(rows, ({ task }) => task).values()) recorder.part({ rows: own, items: [] });
    },
  };
}
