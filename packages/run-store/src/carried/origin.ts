/** Where a batch was computed: what explains that another machine gives other digits. */
import type { DatabaseSync } from 'node:sqlite';

export interface Origin {
  readonly host: string;
  /** Architecture, name, and number of processors that the system counts. */
  readonly processor: string;
  /** Instruction sets that decide which kernels are chosen; absent where the system does not say. */
  readonly features?: readonly string[];
  readonly threads: number;
  readonly device: string;
  readonly engine: string;
  readonly node: string;
  readonly version: string;
}

/** The number under which the store has an origin, which it is given at the first asking. */
export function originId(database: DatabaseSync, origin: Origin): number {
  return recordId(database, JSON.stringify(origin));
}

/** The same of one that is text already. */
export function recordId(database: DatabaseSync, record: string): number {
  database.prepare('INSERT OR IGNORE INTO origins (record) VALUES (?)').run(record);
  return Number(database.prepare('SELECT id FROM origins WHERE record = ?').get(record)!['id']);
}

/** `node-3, AMD EPYC, 4 threads, onnxruntime-node 1.30.0, linchpin 0.1.0`. */
export function originInWords(record: string | null): string {
  if (record === null) return 'a machine of which nothing was noted';
  const { host, processor, threads, engine, version } = JSON.parse(record) as Origin;
  return `${host}, ${processor}, ${threads} thread${threads === 1 ? '' : 's'}, ${engine}, linchpin ${version}`;
}
