/** Writes one run into the store while it goes on, part by part: a kill loses the part under way and nothing else. */
import type { RecordedItem, RecordedPart, ResultRow, RunEnvironment, RunStatus } from '@linchpin/plugin-api';
import type { AskedKeys } from '../asked-keys.ts';
import { inTransaction, type OpenedDatabase } from '../transaction.ts';
import { blockItems, type PackedBlock, packItems } from './item-block.ts';
import { KnownBlocks } from './known-blocks.ts';
import type { RunRecord } from './run-record.ts';
import { insertAsked, insertPart, type PackedPart, packPart, touchRun, updateRun } from './run-tables.ts';

/** Milliseconds between two signs of life. */
const signMilliseconds = 60_000;

/** How a run can end. */
export type EndedStatus = Exclude<RunStatus, 'running'>;

/** What is known of a run's cost at its end. */
export type RunCost = Pick<RunEnvironment, 'peakMemory' | 'matrixSpeed'>;

export class RunRecorder {
  readonly id: string;
  readonly #store: OpenedDatabase;
  readonly #record: RunRecord;
  readonly #asked: AskedKeys;
  readonly #signs: NodeJS.Timeout;
  readonly #known = new KnownBlocks();
  #parts = 0;

  /** Of a run that is in the store's list already. */
  constructor(
    store: OpenedDatabase,
    id: string,
    { record, asked }: { readonly record: RunRecord; readonly asked: AskedKeys },
  ) {
    this.id = id;
    this.#store = store;
    this.#record = record;
    this.#asked = asked;
    asked.begin();
    this.#signs = setInterval(() => this.#giveSign(), signMilliseconds).unref();
  }

  /** Begins a part whose items come one by one; nothing of it is kept before its `finish`. */
  beginPart(): PartRecorder {
    return new PartRecorder(this.#known, (part) => this.#insert(part));
  }

  /** A part that is there as a whole. */
  part(part: RecordedPart): void {
    this.#insert(packPart(part));
  }

  /** Ends the run: nothing more of it is recorded. */
  finish(status: EndedStatus, cost: RunCost = {}): void {
    clearInterval(this.#signs);
    const { command, startedAt, environment } = this.#record;
    const finishedAt = new Date().toISOString();
    const record: RunRecord = { command, startedAt, finishedAt, environment: { ...environment, ...cost } };
    inTransaction(this.#store, () => {
      updateRun(this.#store.database, this.id, { status, record });
      insertAsked(this.#store.database, this.id, this.#asked.take());
    });
    this.#asked.end();
  }

  /** Waits for no disk: a kill of the process loses nothing of the part, a power cut only until the next batch is kept. */
  #insert(packed: PackedPart): void {
    const { database } = this.#store;
    const place = { run: this.id, part: this.#parts++ };
    database.exec('PRAGMA synchronous = NORMAL');
    try {
      inTransaction(this.#store, () => {
        insertPart(database, place, packed);
        insertAsked(database, this.id, this.#asked.take());
      });
    } finally {
      database.exec('PRAGMA synchronous = FULL');
    }
  }

  /** Without effect where it fails: the next part says what is wrong with the store. */
  #giveSign(): void {
    try {
      touchRun(this.#store.database, this.id);
    } catch {
      clearInterval(this.#signs);
    }
  }
}

/** Collects the items of a part; what is held of them is compressed. */
export class PartRecorder {
  readonly #known: KnownBlocks;
  readonly #insert: (part: PackedPart) => void;
  readonly #blocks: PackedBlock[] = [];
  readonly #origins: (readonly object[])[] = [];
  #waiting: RecordedItem[] = [];
  #waitingOrigins: object[] = [];
  #items = 0;

  /** `known` are the blocks that the store has, and is told of those that `insert` adds. */
  constructor(known: KnownBlocks, insert: (part: PackedPart) => void) {
    this.#known = known;
    this.#insert = insert;
  }

  /** In the order of the data. `origin` stands for what was asked: items of the same one are asked the same. */
  add(item: RecordedItem, origin: object = item): void {
    this.#items++;
    this.#waiting.push(item);
    this.#waitingOrigins.push(origin);
    if (this.#waiting.length === blockItems) this.#pack();
  }

  /** Keeps the part. */
  finish(rows: readonly ResultRow[]): void {
    if (this.#waiting.length > 0) this.#pack();
    this.#insert({ rows, blocks: this.#blocks, items: this.#items });
    for (const [index, origins] of this.#origins.entries()) this.#known.add(origins, this.#blocks[index]!.key);
  }

  #pack(): void {
    this.#blocks.push(packItems(this.#waiting, this.#known.keyOf(this.#waitingOrigins)));
    this.#origins.push(this.#waitingOrigins);
    this.#waiting = [];
    this.#waitingOrigins = [];
  }
}
