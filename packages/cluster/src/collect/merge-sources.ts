/** Merges stores, exported work and files of runs into one store, and says what is missing and what contradicts itself. */
import { existsSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  type CarriedBatches,
  type Contradiction,
  eachKey,
  inChunks,
  keyName,
  type MergeCounts,
  type MergingOptions,
  mergeBatches,
  openRunStore,
  orderTolerance,
  type RunStore,
  takeCarried,
} from '@linchpin/run-store';
import { damagedStore, mergeIntoItself, noSources, nothingToMerge } from '../errors.ts';
import { preparationsOf, workFolderOf } from '../plan/plan-file.ts';
import type { Plan } from '../plan/plan.ts';
import { isOfSource, readStatuses, readWorkFile, type ShardStatus, workFiles } from '../work/exchange.ts';

export interface MergeOptions {
  /** Folders of stores, folders of exported work, their files, and files of runs. */
  readonly sources: readonly string[];
  /** Folder of the store that all of it goes into. */
  readonly store: string;
  /** What has to be there in the end; nothing is missed without one. */
  readonly plan?: Plan | undefined;
  /** Nats a scored token by which two machines may differ; see `orderTolerance`. */
  readonly tolerance?: number | undefined;
  readonly onSource?: (source: string, counts: MergeCounts) => void;
}

export interface MergedStores extends Omit<MergeCounts, 'contradictions'> {
  readonly contradictions: readonly CellContradiction[];
  readonly missing: readonly MissingCell[];
  /** Sources that could not be read to their end, each with the reason. */
  readonly unreadable: readonly string[];
  /** How many batches came from each machine, as JSON of its origin; null where nobody said. */
  readonly origins: ReadonlyMap<string | null, number>;
  /** The last words of the workers, where folders of exported work were among the sources. */
  readonly statuses: readonly ShardStatus[];
}

/** A contradiction, and the cell that its batch is of, where a plan says so. */
export interface CellContradiction extends Contradiction {
  readonly cell: number | undefined;
}

export interface MissingCell {
  readonly cell: number;
  readonly units: number;
  readonly missingUnits: number;
}

/** What the workers of a plan have handed over, and what it had to compute; `given` in the place of the folder of its work. */
export function sourcesOf(file: string | undefined, given: readonly string[]): string[] {
  if (file === undefined) return [...given];
  const prepared = preparationsOf(file);
  return [...(given.length > 0 ? given : [workFolderOf(file)]), ...(existsSync(prepared) ? [prepared] : [])];
}

export function mergeSources({
  sources,
  store: folder,
  plan,
  tolerance = orderTolerance,
  onSource,
}: MergeOptions): MergedStores {
  if (sources.length === 0) throw noSources();
  const files = sources.flatMap((source) => filesOf(source, folder));
  const store = openRunStore(folder);
  const origins = new Map<string | null, number>();
  const all = { added: 0, same: 0, close: 0, largest: 0, damaged: 0, contradictions: [] as Contradiction[] };
  const unreadable = store.movedAside === undefined ? [] : [damagedStore(store.file, store.movedAside).message];
  const refused = new Set<string>();
  try {
    for (const { kind, path } of files) {
      try {
        for (const counts of mergeFile(store, { kind, path, plan: plan?.id, tolerance, refused, origins })) {
          for (const name of ['added', 'same', 'close', 'damaged'] as const) all[name] += counts[name];
          all.largest = Math.max(all.largest, counts.largest);
          all.contradictions.push(...counts.contradictions);
          onSource?.(path, counts);
        }
      } catch (error) {
        // What is wrong with one worker must not keep what the others did.
        if (!isOfSource(error, store.file)) throw error;
        unreadable.push(error.message);
      }
    }
    const cells = plan === undefined ? undefined : new CellsOfPlan(plan, store.carried, all.contradictions);
    return {
      ...all,
      contradictions: all.contradictions.map((each) => ({ ...each, cell: cells?.cellOf(each.key) })),
      missing: cells?.missing() ?? [],
      unreadable,
      origins,
      statuses: plan === undefined ? [] : sources.flatMap((source) => statusesOf(source, plan.id)),
    };
  } finally {
    store.close();
  }
}

interface SourceFile {
  readonly kind: 'store' | 'work' | 'run';
  readonly path: string;
}

function filesOf(source: string, target: string): SourceFile[] {
  const found = statSync(source, { throwIfNoEntry: false });
  if (found === undefined) throw nothingToMerge(source);
  if (found.isFile()) return [{ kind: source.endsWith('.work.gz') ? 'work' : 'run', path: source }];
  const files: SourceFile[] = workFiles(source).map((path) => ({ kind: 'work', path }));
  if (existsSync(join(source, 'store.sqlite'))) {
    if (existsSync(target) && realpathSync(target) === realpathSync(source)) throw mergeIntoItself(source);
    files.push({ kind: 'store', path: source });
  }
  if (files.length === 0) throw nothingToMerge(source);
  return files;
}

interface MergedFile extends SourceFile, Required<MergingOptions> {
  readonly plan: string | undefined;
}

/** Never holds more than some hundred batches. */
function* mergeFile({ carried, runs }: RunStore, file: MergedFile): Generator<MergeCounts, void, void> {
  const { kind, path, plan } = file;
  if (kind === 'run') {
    yield runs.importFrom(path, file).batches;
  } else if (kind === 'work') {
    for (const some of inChunks(readWorkFile(path, plan))) yield takeCarried(carried, some, file);
  } else {
    const source = openRunStore(path);
    try {
      if (source.movedAside !== undefined) throw damagedStore(source.file, source.movedAside);
      yield mergeBatches(carried, source.carried.all(), file);
      for (const numbers of inChunks(source.carried.numbers())) carried.putNumbers(numbers);
      for (const texts of inChunks(source.carried.texts())) carried.putTexts(texts);
      for (const units of inChunks(source.carried.units())) carried.putUnits(units);
    } finally {
      source.close();
    }
  }
}

/** Which cells have all of their batches. */
class CellsOfPlan {
  readonly #plan: Plan;
  readonly #carried: CarriedBatches;
  readonly #contradictory: ReadonlyMap<string, number | undefined>;

  constructor(plan: Plan, carried: CarriedBatches, contradictions: readonly Contradiction[]) {
    this.#plan = plan;
    this.#carried = carried;
    const cells = new Map<string, number | undefined>(contradictions.map(({ key }) => [keyName(key), undefined]));
    if (cells.size > 0) {
      for (const { cell, keys } of carried.unitsOf(plan.id)) {
        for (const key of eachKey(keys)) if (cells.has(keyName(key))) cells.set(keyName(key), cell);
      }
    }
    this.#contradictory = cells;
  }

  cellOf(key: Uint8Array): number | undefined {
    return this.#contradictory.get(keyName(key));
  }

  /** Those of which a unit is unknown, or a batch of one. */
  missing(): MissingCell[] {
    const done = this.#plan.cells.map(() => 0);
    for (const { cell, unit, keys } of this.#carried.unitsOf(this.#plan.id)) {
      const planned = this.#plan.cells[cell];
      if (planned === undefined || unit >= planned.units) continue;
      if (eachKey(keys).every((key) => this.#carried.hasSound(key))) done[cell]!++;
    }
    return this.#plan.cells.flatMap(({ units }, cell) =>
      done[cell]! < units ? [{ cell, units, missingUnits: units - done[cell]! }] : [],
    );
  }
}

function statusesOf(source: string, plan: string): ShardStatus[] {
  return statSync(source).isDirectory() ? readStatuses(source, plan) : [];
}
