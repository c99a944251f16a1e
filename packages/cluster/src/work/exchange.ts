/**
 * What workers hand over: files in a folder that all of them see, each written whole or not at all, and none by two workers.
 * A database would not do: the locks that SQLite's log needs hold on one machine, and not on network file systems.
 */
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { pid } from 'node:process';
import { isLinchpinError, type LinchpinError } from '@linchpin/errors';
import { makeFolders } from '@linchpin/files';
import {
  type Carried,
  type CarriedBatch,
  carriedFromLines,
  carriedToLines,
  readSealedFile,
  type SealedFormat,
  writeSealedFile,
} from '@linchpin/run-store';
import { exchangeOutOfReach, otherPlan } from '../errors.ts';
import type { ShardNumber } from './shard-number.ts';

const workFormat: SealedFormat = {
  format: 'linchpin work',
  version: 1,
  content: 'work on a plan',
  writer: '`linchpin work`',
};
const workEnding = '.work.gz';
const statusEnding = '.status.json';

/** How far a worker is. */
export interface ShardStatus extends ShardNumber {
  readonly plan: string;
  readonly state: 'working' | 'done' | 'failed' | 'interrupted';
  readonly host: string;
  readonly pid: number;
  /** ISO 8601, by the worker's clock, and by how many seconds that is ahead of the folder's; 0 where it is not seen. */
  readonly at: string;
  readonly clockAhead: number;
  /** Units, and what they cost by the plan in seconds. */
  readonly units: number;
  readonly doneUnits: number;
  readonly seconds: number;
  readonly doneSeconds: number;
  /** Of them what this process has computed, and how long that took. */
  readonly ownSeconds: number;
  readonly elapsed: number;
  readonly error?: string;
}

/** Of the batches in a file; as text they have a third more. */
const mostBytes = 2 ** 24;

function bytesOf({ log_probabilities, greedy_ids, unresolved, activations }: CarriedBatch): number {
  const parts = [log_probabilities, greedy_ids, unresolved, activations];
  return parts.reduce((sum, part) => sum + (part?.byteLength ?? 0), 0);
}

export class ExchangeFolder {
  readonly folder: string;
  readonly #plan: string;
  readonly #name: string;
  #files = 0;

  constructor(folder: string, plan: string, { index, of }: ShardNumber) {
    this.folder = folder;
    this.#plan = plan;
    this.#name = `shard-${index}-of-${of}`;
    try {
      makeFolders(folder);
    } catch (cause) {
      throw exchangeOutOfReach(folder, cause);
    }
  }

  /** Files of this shard, and of every division of the plan into another number of them, for those may have the same units. */
  ownFiles(of: number): string[] {
    const others = new RegExp(`^shard-\\d+-of-${of}\\.`);
    const isOwn = (name: string): boolean => name.startsWith(`${this.#name}.`) || !others.test(name);
    return workFiles(this.folder).filter((file) => isOwn(file.slice(this.folder.length + 1)));
  }

  /** Files of about as many bytes as one may have: whoever takes a file in holds all of it. */
  write(carried: Iterable<Carried>): void {
    const rest = Iterator.from(carried);
    let next = rest.next();
    const part = function* (): Generator<Carried, void, void> {
      for (let bytes = 0; next.done !== true && bytes < mostBytes; next = rest.next()) {
        yield next.value;
        if (next.value.kind === 'batch') bytes += bytesOf(next.value.batch);
      }
    };
    while (next.done !== true) {
      // The process is part of the name: the same shard may be at work twice.
      const name = `${this.#name}.${hostname()}-${pid}-${randomUUID().slice(0, 8)}-${this.#files++}${workEnding}`;
      writeWorkFile(join(this.folder, name), this.#plan, part());
    }
  }

  writeStatus(status: ShardStatus): void {
    const file = join(this.folder, `${this.#name}${statusEnding}`);
    const temporary = `${file}.${randomUUID()}.partial`;
    try {
      writeFileSync(temporary, `${JSON.stringify(status)}\n`);
      renameSync(temporary, file);
    } catch (cause) {
      rmSync(temporary, { force: true });
      throw exchangeOutOfReach(this.folder, cause);
    }
  }
}

export function writeWorkFile(file: string, plan: string, carried: Iterable<Carried>): void {
  const { format, version } = workFormat;
  writeSealedFile(file, { format, version, plan }, carriedToLines(carried));
}

/** What a file of work carries; one of another plan is refused where a plan is given. */
export function* readWorkFile(file: string, plan?: string): Generator<Carried, void, void> {
  const { head, lines } = readSealedFile(file, workFormat);
  if (plan !== undefined && head['plan'] !== plan) throw otherPlan(file, String(head['plan']), plan);
  yield* carriedFromLines(lines);
}

/**
 * Whether one file or store is what is wrong, so that the others can be taken in: not the one at `target`, which takes them,
 * and not another plan's work, which is a mistake of the call.
 */
export function isOfSource(error: unknown, target: string): error is LinchpinError {
  return isLinchpinError(error) && error.code !== 'cluster/other-plan' && error.problem.subject !== target;
}

/** The files of work in a folder, by name. */
export function workFiles(folder: string): string[] {
  return namesIn(folder)
    .filter((name) => name.endsWith(workEnding))
    .map((name) => join(folder, name));
}

/** The last word of every shard. A file that is not whole is passed over: the next one will be. */
export function readStatuses(folder: string, plan: string): ShardStatus[] {
  return namesIn(folder)
    .filter((name) => name.endsWith(statusEnding))
    .flatMap((name) => {
      try {
        const status = JSON.parse(readFileSync(join(folder, name), 'utf8')) as ShardStatus;
        return status.plan === plan ? [status] : [];
      } catch {
        return [];
      }
    })
    .toSorted((a, b) => a.index - b.index);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw exchangeOutOfReach(folder, cause);
  }
}
