/** A worker: computes the share of one shard into a store of its own, and hands over what is done as it goes. */
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { pid } from 'node:process';
import { type Division, Interrupted } from '@linchpin/execution';
import {
  type Carried,
  type CarriedBatch,
  eachKey,
  inChunks,
  isSound,
  keyName,
  openRunStore,
  type RunStore,
  takeCarried,
  type WorkUnit,
} from '@linchpin/run-store';
import { divide, type Share } from '../balance/shards.ts';
import { secondsOf } from '../plan/cost.ts';
import { DryRun } from '../plan/dry-run.ts';
import type { Plan } from '../plan/plan.ts';
import { checkCell, checkModel } from './check-cells.ts';
import { clockAhead, clockProblem } from './clock.ts';
import { ExchangeFolder, isOfSource, readWorkFile, type ShardStatus } from './exchange.ts';
import type { ShardNumber } from './shard-number.ts';
import { ShardRun } from './shard-run.ts';

export interface WorkOptions extends ShardNumber {
  /** Of this program. */
  readonly version: string;
  /** Folder of the worker's own store, on a disk of its machine. */
  readonly store: string;
  /** Folder that all workers see. */
  readonly out: string;
  /** File of what was computed to make the plan, where something was. */
  readonly preparations?: string;
  /** Runs the plan's command for one model with this store, as much of it as the division says. */
  readonly run: (model: string, division: Division, store: string) => Promise<void>;
  /** Ends the work between two batches. */
  readonly signal?: AbortSignal;
  /** What should be known: what is done already, a clock that is wrong. */
  readonly remark?: (text: string) => void;
}

export interface WorkDone {
  readonly units: number;
  /** Of them those that were done before. */
  readonly known: number;
}

/** Milliseconds between two files: what a machine that is lost has to compute again, at most. */
const exportMilliseconds = 20_000;

/** Throws for whatever is wrong, after what is done has been handed over. */
export async function work(plan: Plan, options: WorkOptions): Promise<WorkDone> {
  const { index, of, out, remark = () => {} } = options;
  const exchange = new ExchangeFolder(out, plan.id, options);
  const ahead = clockAhead(out);
  const problem = clockProblem(ahead, plan.madeAt);
  if (problem !== undefined) remark(`warning: ${problem}`);
  const store = openRunStore(options.store);
  if (store.movedAside !== undefined) remark(`warning: ${store.file} was damaged; it was moved to ${store.movedAside}`);
  const { shares } = divide(plan, of)[index - 1]!;
  const progress = new ShardProgress(plan, { shares, store, exchange, options, ahead });
  try {
    progress.takeIn();
    if (progress.known > 0) remark(`${progress.known} of ${progress.units} units are done already`);
    progress.say('working');
    for (const [model, ofModel] of byModel(plan, shares))
      await workOn(plan, { model, shares: ofModel, options, progress });
    progress.export();
    progress.say('done');
    return progress;
  } catch (error) {
    const isInterrupted = options.signal?.aborted === true;
    const isHandedOver = progress.end(isInterrupted ? 'interrupted' : 'failed', isInterrupted ? undefined : error);
    const place = isHandedOver ? 'was handed over' : `is in ${store.file}, and could not be handed over`;
    throw isInterrupted ? new Interrupted(`what is done ${place}; the same command goes on with it`) : error;
  } finally {
    store.close();
  }
}

/** The most expensive model of the shard first. */
function byModel(plan: Plan, shares: readonly Share[]): [model: number, shares: Share[]][] {
  const models = Map.groupBy(shares, ({ cell }) => plan.cells[cell]!.model);
  const cost = (of: readonly Share[]): number => of.reduce((sum, share) => sum + secondsOfShare(plan, share), 0);
  return [...models].toSorted(([a, one], [b, other]) => cost(other) - cost(one) || a - b);
}

function secondsOfShare(plan: Plan, { cell, first, end }: Share): number {
  const { units } = plan.cells[cell]!;
  return (secondsOf(plan, plan.cells[cell]!) * (end - first)) / units;
}

interface ModelWork {
  readonly model: number;
  readonly shares: readonly Share[];
  readonly options: WorkOptions;
  readonly progress: ShardProgress;
}

/** First everything is compared with the plan, then it is computed. */
async function workOn(plan: Plan, { model, shares, options, progress }: ModelWork): Promise<void> {
  const open = shares.filter((share) => !progress.hasAll(share));
  if (open.length === 0) return;
  const { argument } = plan.models[model]!;
  const { processor } = plan.machine;
  const cells = open.map(({ cell }) => plan.cells[cell]!);
  const wanted = {
    variants: new Set(cells.flatMap(({ variant }) => variant ?? [])),
    parts: new Set(cells.map(({ part }) => part)),
  };
  const onModel = async (opened: Parameters<typeof checkModel>[2]): Promise<void> =>
    await checkModel(plan, model, opened);
  const dry = new DryRun({ processor, wanted, onModel });
  await options.run(argument, dry, options.store);
  const found = { cells: new Map(dry.cells.map((cell) => [cell.part, cell])), version: options.version };
  for (const { cell } of open) checkCell(plan, cell, found);
  const isDone = (cell: number, unit: number): boolean => progress.has(cell, unit);
  const onUnit = (cell: number, unit: number, keys: readonly Uint8Array[]): void => progress.add(cell, unit, keys);
  await options.run(argument, new ShardRun({ plan, model, shares: open, isDone, onModel, onUnit }), options.store);
}

interface ShardParts {
  readonly shares: readonly Share[];
  readonly store: RunStore;
  readonly exchange: ExchangeFolder;
  readonly options: WorkOptions;
  readonly ahead: number;
}

/** What of a shard is done, in the store and in the folder. */
class ShardProgress implements WorkDone {
  readonly units: number;
  known = 0;
  readonly #plan: Plan;
  readonly #parts: ShardParts;
  readonly #done = new Set<string>();
  /** Done, and in no file yet. */
  #waiting: WorkUnit[] = [];
  #exportedAt = Date.now();
  readonly #startedAt = performance.now();
  readonly #carriedNumbers = new Set<string>();
  #ownSeconds = 0;

  constructor(plan: Plan, parts: ShardParts) {
    this.#plan = plan;
    this.#parts = parts;
    this.units = parts.shares.reduce((sum, { first, end }) => sum + end - first, 0);
  }

  /** What this store and the files of the folder have already; what only the store has is handed over. */
  takeIn(): void {
    const { store, exchange, options } = this.#parts;
    const { carried } = store;
    const { preparations, of, remark = () => {} } = options;
    const prepared = preparations !== undefined && existsSync(preparations) ? [preparations] : [];
    const taken: Taken = { plan: this.#plan.id, refused: new Set(), sound: new Set(), units: [] };
    for (const file of [...prepared, ...exchange.ownFiles(of)]) {
      try {
        takeFile(carried, file, taken);
      } catch (error) {
        if (!isOfSource(error, store.file)) throw error;
        remark(`warning: what only this file has is computed again: ${error.message}`);
      }
    }
    const isExported = ({ keys }: WorkUnit): boolean => eachKey(keys).every((key) => taken.sound.has(keyName(key)));
    const exported = new Set(taken.units.filter(isExported).map(({ cell, unit }) => nameOf(cell, unit)));
    for (const unit of carried.unitsOf(this.#plan.id)) {
      const name = nameOf(unit.cell, unit.unit);
      // A batch that was damaged or contradicted another is not there, although its unit was done once.
      if (!this.#isOwn(unit) || !eachKey(unit.keys).every((key) => carried.hasSound(key))) continue;
      this.#done.add(name);
      this.known++;
      if (!exported.has(name)) this.#waiting.push(unit);
    }
    this.export();
  }

  has(cell: number, unit: number): boolean {
    return this.#done.has(nameOf(cell, unit));
  }

  hasAll({ cell, first, end }: Share): boolean {
    for (let unit = first; unit < end; unit++) if (!this.has(cell, unit)) return false;
    return true;
  }

  add(cell: number, unit: number, keys: readonly Uint8Array[]): void {
    const done: WorkUnit = { plan: this.#plan.id, cell, unit, keys: Buffer.concat(keys) };
    this.#parts.store.carried.putUnits([done]);
    this.#done.add(nameOf(cell, unit));
    this.#waiting.push(done);
    const planned = this.#plan.cells[cell]!;
    this.#ownSeconds += secondsOf(this.#plan, planned) / planned.units;
    if (Date.now() - this.#exportedAt < exportMilliseconds) return;
    this.export();
    this.say('working');
  }

  /** Hands over what is done and in no file. */
  export(): void {
    this.#exportedAt = Date.now();
    if (this.#waiting.length === 0) return;
    const units = this.#waiting;
    this.#parts.exchange.write(this.#carry(units));
    this.#waiting = [];
  }

  say(state: ShardStatus['state'], error?: unknown): void {
    const { shares, exchange, options, ahead } = this.#parts;
    const { index, of } = options;
    const seconds = shares.reduce((sum, share) => sum + secondsOfShare(this.#plan, share), 0);
    exchange.writeStatus({
      plan: this.#plan.id,
      index,
      of,
      state,
      host: hostname(),
      pid,
      at: new Date().toISOString(),
      clockAhead: ahead,
      units: this.units,
      doneUnits: this.#done.size,
      seconds,
      doneSeconds: shares.reduce((sum, share) => sum + this.#doneSeconds(share), 0),
      ownSeconds: this.#ownSeconds,
      elapsed: (performance.now() - this.#startedAt) / 1000,
      ...(error === undefined ? {} : { error: error instanceof Error ? error.message : 'an unknown error' }),
    });
  }

  /** Whether all was handed over: what has ended the work says more than what then cannot be written. */
  end(state: ShardStatus['state'], error: unknown): boolean {
    const written = [() => this.export(), () => this.say(state, error)].map((last) => {
      try {
        last();
        return true;
      } catch {
        // A full disk, for example, which has been the end of the work in the first place.
        return false;
      }
    });
    return written[0]!;
  }

  #isOwn({ cell, unit }: WorkUnit): boolean {
    return this.#parts.shares.some((share) => share.cell === cell && unit >= share.first && unit < share.end);
  }

  #doneSeconds({ cell, first, end }: Share): number {
    const planned = this.#plan.cells[cell]!;
    let done = 0;
    for (let unit = first; unit < end; unit++) if (this.has(cell, unit)) done++;
    return (secondsOf(this.#plan, planned) * done) / planned.units;
  }

  /** Units with their batches, and for whole experiments everything that is remembered by other keys. */
  *#carry(units: readonly WorkUnit[]): Generator<Carried, void, void> {
    const { carried } = this.#parts.store;
    for (const unit of units) {
      for (const batch of batchesOf(carried, unit)) yield { kind: 'batch', batch };
      yield { kind: 'unit', unit };
    }
    if (units.every(({ cell }) => this.#plan.cells[cell]!.unit !== 'whole')) return;
    for (const number of carried.numbers()) if (this.#isNew(number.key)) yield { kind: 'number', number };
    for (const text of carried.texts()) if (this.#isNew(text.key)) yield { kind: 'text', text };
  }

  #isNew(key: Uint8Array): boolean {
    const name = keyName(key);
    if (this.#carriedNumbers.has(name)) return false;
    this.#carriedNumbers.add(name);
    return true;
  }
}

type StoreParts = RunStore['carried'];

function* batchesOf(carried: StoreParts, { keys }: WorkUnit): Generator<CarriedBatch, void, void> {
  for (const key of eachKey(keys)) {
    const batch = carried.get(key);
    if (batch !== undefined) yield batch;
  }
}

/** What files of work have: units, and keys of batches that are as they were written. */
interface Taken {
  readonly plan: string;
  readonly refused: Set<string>;
  readonly sound: Set<string>;
  readonly units: WorkUnit[];
}

function takeFile(carried: StoreParts, file: string, { plan, refused, sound, units }: Taken): void {
  for (const some of inChunks(readWorkFile(file, plan))) {
    takeCarried(carried, some, { refused });
    for (const each of some) {
      if (each.kind === 'batch' && isSound(each.batch)) sound.add(keyName(each.batch.key));
      if (each.kind === 'unit') units.push(each.unit);
    }
  }
}

function nameOf(cell: number, unit: number): string {
  return `${cell} ${unit}`;
}
