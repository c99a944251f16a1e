/** The runs of a store: begun, listed, read, removed, and carried from store to store as files. */
import type { RecordedPart, RecordedRun, ResultRow, RunEnvironment } from '@linchpin/plugin-api';
import type { AskedKeys } from '../asked-keys.ts';
import { CarriedBatches } from '../carried/carried-batches.ts';
import { type MergeCounts, mergeBatches, type MergingOptions } from '../carried/merge-batches.ts';
import { readSealedFile } from '../sealed-file.ts';
import { guarded, inTransaction, type OpenedDatabase } from '../transaction.ts';
import { ambiguousRun, noRuns, otherRunOfId, runAtWork, unknownRun } from './errors.ts';
import { batchesOf, digestOf, runFormat, runOf, writeRunFile } from './run-file.ts';
import { newRunId } from './run-id.ts';
import type { PartPlace, RunRecord, RunSummary } from './run-record.ts';
import { RunRecorder } from './run-recorder.ts';
import {
  deleteRun,
  insertAsked,
  insertPart,
  insertRun,
  packPart,
  selectItems,
  selectRows,
  selectRuns,
} from './run-tables.ts';

/** Stands for the run that began last. */
const latest = 'latest';

export interface ImportedRun {
  readonly run: RunSummary;
  readonly isNew: boolean;
  /** What became of the batches that the file carries. */
  readonly batches: MergeCounts;
}

/** Wherever a run is named: by its id, by a beginning of it that no other run has, or by `latest`. */
export class RunLog {
  readonly #store: OpenedDatabase;
  readonly #asked: AskedKeys;

  constructor(store: OpenedDatabase, asked: AskedKeys) {
    this.#store = store;
    this.#asked = asked;
  }

  /** Begins a run, which is in the list from now on; `command` is the command line behind the program's name. */
  begin(command: readonly string[], environment: RunEnvironment): RunRecorder {
    const startedAt = new Date();
    const record: RunRecord = { command, startedAt: startedAt.toISOString(), environment };
    for (;;) {
      const id = newRunId(startedAt);
      const isNew = inTransaction(this.#store, () =>
        insertRun(this.#store.database, id, { status: 'running', record }),
      );
      if (isNew) return new RunRecorder(this.#store, id, { record, asked: this.#asked });
    }
  }

  /** All runs; the one that began last stands at the end. */
  list(): RunSummary[] {
    return guarded(this.#store, () => selectRuns(this.#store.database));
  }

  find(name: string): RunSummary {
    const runs = this.list();
    const last = runs.at(-1);
    if (last === undefined) throw noRuns(this.#store.file, name);
    if (name === latest) return last;
    const found = runs.filter(({ id }) => id.startsWith(name));
    if (found.length > 1) throw ambiguousRun(name, idsOf(found));
    if (found[0] === undefined) throw unknownRun(name, idsOf(runs));
    return found[0];
  }

  /** The numbers of every part of a run. */
  *rows(name: string): Generator<readonly ResultRow[], void> {
    for (const place of this.#places(name)) yield this.#rows(place);
  }

  /** The parts of a run, or those whose rows are wanted, each read when it is asked for. */
  *parts(name: string, isWanted: (rows: readonly ResultRow[]) => boolean = () => true): Generator<RecordedPart, void> {
    for (const place of this.#places(name)) {
      const rows = this.#rows(place);
      if (isWanted(rows)) yield { rows, items: guarded(this.#store, () => selectItems(this.#store.database, place)) };
    }
  }

  /** The whole run; that of full data sets is large. */
  read(name: string): RecordedRun {
    const { partCount: _, itemCount: __, ...run } = this.find(name);
    return { ...run, parts: [...this.parts(run.id)] };
  }

  /** Removes a run, and gives what it was; one at work is not removed. */
  remove(name: string): RunSummary {
    const run = this.#ended(name);
    inTransaction(this.#store, () => deleteRun(this.#store.database, run.id));
    return run;
  }

  /**
   * Writes a run into a file, for another store or to keep; one at work is not written. With what its batches gave, the
   * other store computes nothing of it again.
   */
  exportTo(name: string, file: string, { batches = false }: { readonly batches?: boolean } = {}): RunSummary {
    const run = this.#ended(name);
    writeRunFile(file, this.read(run.id), batches ? new CarriedBatches(this.#store).ofRun(run.id) : undefined);
    return run;
  }

  /** Takes the run of a file in with its batches, when all of it is sound; `isNew` is false where the store had it already. */
  importFrom(file: string, merging: MergingOptions = {}): ImportedRun {
    const sealed = readSealedFile(file, runFormat);
    const run = runOf(file, sealed);
    const isNew = inTransaction(this.#store, () => this.#insert(run));
    if (!isNew && digestOf(this.read(run.id)) !== digestOf(run)) throw otherRunOfId(file, run.id);
    const keys: Uint8Array[] = [];
    const noted = function* (): ReturnType<typeof batchesOf> {
      for (const batch of batchesOf(sealed)) {
        keys.push(batch.key);
        yield batch;
      }
    };
    const batches = mergeBatches(new CarriedBatches(this.#store), noted(), merging);
    inTransaction(this.#store, () => insertAsked(this.#store.database, run.id, keys));
    return { run: this.find(run.id), isNew, batches };
  }

  #places(name: string): PartPlace[] {
    const { id, partCount } = this.find(name);
    return Array.from({ length: partCount }, (_, part) => ({ run: id, part }));
  }

  #rows(place: PartPlace): readonly ResultRow[] {
    return guarded(this.#store, () => selectRows(this.#store.database, place));
  }

  #ended(name: string): RunSummary {
    const run = this.find(name);
    if (run.status === 'running') throw runAtWork(run.id);
    return run;
  }

  #insert({ id, status, parts, ...record }: RecordedRun): boolean {
    const { database } = this.#store;
    if (!insertRun(database, id, { status, record })) return false;
    for (const [part, content] of parts.entries()) insertPart(database, { run: id, part }, packPart(content));
    return true;
  }
}

function idsOf(runs: readonly RunSummary[]): string[] {
  return runs.map(({ id }) => id);
}
