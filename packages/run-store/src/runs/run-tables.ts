/** How a run lies in the tables: writing, inside of a transaction of the caller, and reading. */
import type { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import type { RecordedItem, RecordedPart, ResultRow, RunStatus } from '@linchpin/plugin-api';
import { mayBeAlive, thisProcess } from '../process-owner.ts';
import { damagedRun } from './errors.ts';
import {
  inBlocks,
  compress,
  decompress,
  type ItemBlock,
  type PackedBlock,
  packItems,
  unpackItems,
} from './item-block.ts';
import { fromJson, toJson } from './json.ts';
import type { PartPlace, RunRecord, RunSummary } from './run-record.ts';

/** After so long without a sign of life a run is over, even if a process of its number is there. */
const silentMilliseconds = 10 * 60_000;

/** Adds a run; false where there is one of its id. */
export function insertRun(database: DatabaseSync, id: string, run: { status: RunStatus; record: RunRecord }): boolean {
  const { changes } = database
    .prepare('INSERT OR IGNORE INTO runs VALUES (?, ?, ?, ?, ?)')
    .run(id, run.status, thisProcess, Date.now(), JSON.stringify(run.record));
  return changes === 1;
}

export function updateRun(database: DatabaseSync, id: string, run: { status: RunStatus; record: RunRecord }): void {
  database
    .prepare('UPDATE runs SET status = ?, seen = ?, record = ? WHERE id = ?')
    .run(run.status, Date.now(), JSON.stringify(run.record), id);
}

/** The signs of life of a run at work. */
export function touchRun(database: DatabaseSync, id: string): void {
  database.prepare('UPDATE runs SET seen = ? WHERE id = ?').run(Date.now(), id);
}

/** A part whose items are packed. */
export interface PackedPart {
  readonly rows: readonly ResultRow[];
  readonly blocks: readonly PackedBlock[];
  readonly items: number;
}

export function packPart({ rows, items }: RecordedPart): PackedPart {
  const blocks = Array.from(inBlocks(items), (block) => packItems(block));
  return { rows, blocks, items: items.length };
}

export function insertPart(database: DatabaseSync, { run, part }: PartPlace, packed: PackedPart): void {
  const rows = compress(toJson(packed.rows));
  database.prepare('INSERT INTO run_parts VALUES (?, ?, ?, ?, ?)').run(run, part, packed.items, rows, crc32(rows));
  const addQuestions = database.prepare('INSERT OR IGNORE INTO run_questions VALUES (?, ?)');
  const addBlock = database.prepare('INSERT INTO run_blocks VALUES (?, ?, ?, ?, ?, ?)');
  for (const [block, { key, questions, answers, checksum }] of packed.blocks.entries()) {
    if (questions !== undefined) addQuestions.run(key, questions);
    addBlock.run(run, part, block, key, answers, checksum);
  }
}

/** Notes which batches a run has asked for. */
export function insertAsked(database: DatabaseSync, run: string, keys: readonly Uint8Array[]): void {
  const insert = database.prepare('INSERT OR IGNORE INTO run_batches VALUES (?, ?)');
  for (const key of keys) insert.run(run, key);
}

/** Removes a run, and the questions that no other run has asked. */
export function deleteRun(database: DatabaseSync, id: string): void {
  database.prepare('DELETE FROM run_blocks WHERE run = ?').run(id);
  database.prepare('DELETE FROM run_parts WHERE run = ?').run(id);
  database.prepare('DELETE FROM run_batches WHERE run = ?').run(id);
  database.prepare('DELETE FROM runs WHERE id = ?').run(id);
  database.exec('DELETE FROM run_questions WHERE key NOT IN (SELECT questions FROM run_blocks)');
}

interface StoredRun {
  readonly id: string;
  readonly status: RunStatus;
  readonly owner: string;
  readonly seen: number;
  readonly record: string;
  readonly parts: number;
  readonly items: number;
}

/** All runs in the order in which they began. */
export function selectRuns(database: DatabaseSync): RunSummary[] {
  const runs = database
    .prepare(
      `SELECT id, status, owner, seen, record, count(part) AS parts, coalesce(sum(items), 0) AS items
       FROM runs LEFT JOIN run_parts ON run = id GROUP BY id ORDER BY id`,
    )
    .all() as unknown as readonly StoredRun[];
  return runs.map(summaryOf);
}

function summaryOf(stored: StoredRun): RunSummary {
  const { command, ...record } = JSON.parse(stored.record) as RunRecord;
  const status = stored.status === 'running' && !isAtWork(stored) ? 'interrupted' : stored.status;
  return { id: stored.id, command, status, ...record, partCount: stored.parts, itemCount: stored.items };
}

function isAtWork({ owner, seen }: StoredRun): boolean {
  return Date.now() - seen < silentMilliseconds && mayBeAlive(owner);
}

/** The numbers of a part. */
export function selectRows(database: DatabaseSync, place: PartPlace): readonly ResultRow[] {
  const { run, part } = place;
  const stored = database.prepare('SELECT rows, checksum FROM run_parts WHERE run = ? AND part = ?').get(run, part) as
    | { readonly rows: Uint8Array; readonly checksum: number }
    | undefined;
  if (stored === undefined || crc32(stored.rows) !== stored.checksum) throw damagedRun(place);
  return fromJson(decompress(stored.rows)) as readonly ResultRow[];
}

/** The items of a part. */
export function selectItems(database: DatabaseSync, place: PartPlace): RecordedItem[] {
  const blocks = database
    .prepare(
      `SELECT key, run_questions.questions, answers, checksum
       FROM run_blocks LEFT JOIN run_questions ON key = run_blocks.questions WHERE run = ? AND part = ? ORDER BY block`,
    )
    .all(place.run, place.part) as unknown as readonly (ItemBlock | { readonly key: null })[];
  return blocks.flatMap((block) => {
    const items = block.key === null ? undefined : unpackItems(block);
    if (items === undefined) throw damagedRun(place);
    return items;
  });
}
