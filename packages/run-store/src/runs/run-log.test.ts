import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openRunStore, type RunStore } from '../open-store.ts';
import { blockItems } from './item-block.ts';
import { choicesPart, environment, otherItems } from '../../test/sample-run.ts';

let folder: string;
let store: RunStore;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'linchpin-runs-'));
  store = openRunStore(folder);
});
afterEach(() => {
  vi.useRealTimers();
  store.close();
  rmSync(folder, { recursive: true });
});

const command = ['table', '1', '--limit', '2'];
const code = (name: string): unknown => expect.objectContaining({ code: `run-store/${name}` });

/** What SQL counts in the store. */
function count(table: string): unknown {
  const database = new DatabaseSync(store.file);
  const row = database.prepare(`SELECT count(*) AS count FROM ${table}`).get();
  database.close();
  return row?.['count'];
}

function change(sql: string): void {
  const database = new DatabaseSync(store.file);
  database.exec(sql);
  database.close();
}

describe('a recorded run', () => {
  it('is read as it was recorded, item by item', () => {
    const parts = [choicesPart(2 * blockItems + 1), { rows: choicesPart(0).rows, items: otherItems }];
    const recorder = store.runs.begin(command, environment);
    recorder.part(parts[0]!);
    const second = recorder.beginPart();
    for (const item of otherItems) second.add(item);
    second.finish(parts[1]!.rows);
    recorder.finish('finished', { peakMemory: 1000, matrixSpeed: 12.5 });
    expect(store.runs.read(recorder.id)).toEqual({
      id: recorder.id,
      command,
      status: 'finished',
      startedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      finishedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      environment: { ...environment, peakMemory: 1000, matrixSpeed: 12.5 },
      parts,
    });
    expect(store.runs.list()).toMatchObject([
      { id: recorder.id, partCount: 2, itemCount: 2 * blockItems + 1 + otherItems.length },
    ]);
  });

  it('keeps what was asked once, whatever was answered', () => {
    const { rows, items } = choicesPart(blockItems + 1);
    const answered = items.map((item) => ({ ...item, isRight: false }));
    const [first, second] = [store.runs.begin(command, environment), store.runs.begin(command, environment)];
    first.part({ rows, items });
    for (const each of [items, answered]) {
      const part = second.beginPart();
      for (const [index, item] of each.entries()) part.add(item, items[index]);
      part.finish(rows);
    }
    expect([count('run_questions'), count('run_blocks')]).toEqual([2, 6]);
    expect(store.runs.read(first.id).parts).toEqual([{ rows, items }]);
    expect(store.runs.read(second.id).parts).toEqual([
      { rows, items },
      { rows, items: answered },
    ]);
  });

  it('has the parts that were finished, and runs as long as its process lives', () => {
    const recorder = store.runs.begin(command, environment);
    recorder.part(choicesPart(2));
    recorder.beginPart().add(otherItems[0]!);
    expect(store.runs.read('latest')).toMatchObject({ status: 'running', parts: [choicesPart(2)] });
    // No process has so high a number (Linux: at most 2^22).
    change("UPDATE runs SET owner = substr(owner, 1, instr(owner, ' ')) || '99999999'");
    expect(store.runs.find('latest').status).toBe('interrupted');
    expect(store.runs.find('latest')).not.toHaveProperty('finishedAt');
  });

  it('was interrupted when another host has given no sign of life for long', () => {
    vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] });
    const recorder = store.runs.begin(command, environment);
    change("UPDATE runs SET owner = 'another-host 1'");
    vi.advanceTimersByTime(60 * 60_000);
    expect(store.runs.find(recorder.id).status).toBe('running');
    change(`UPDATE runs SET seen = ${Date.now() - 11 * 60_000}`);
    expect(store.runs.find(recorder.id).status).toBe('interrupted');
    recorder.finish('failed');
    expect(store.runs.find(recorder.id).status).toBe('failed');
  });

  it.each([
    ['rows', 'UPDATE run_parts SET rows = substr(rows, 2)'],
    ['answers', "UPDATE run_blocks SET answers = x'00'"],
    ['questions', "UPDATE run_questions SET questions = x'00'"],
    ['a lost question', 'DELETE FROM run_questions'],
    ['a lost part', 'UPDATE run_parts SET part = 1'],
  ])('is not read when it was changed: %s', (_, sql) => {
    store.runs.begin(command, environment).part(choicesPart(2));
    change(sql);
    expect(() => store.runs.read('latest')).toThrow(code('damaged-run'));
  });
});

describe('the name of a run', () => {
  it('is its id, a beginning that only it has, or latest', () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-24T22:15:03Z') });
    const first = store.runs.begin(command, environment).id;
    vi.setSystemTime(Date.parse('2026-11-24T22:15:04Z'));
    const second = store.runs.begin(command, environment).id;
    expect([first, second]).toEqual([
      expect.stringMatching(/^20261124-221503-[\da-f]{4}$/),
      expect.stringMatching(/^20261124-221504-[\da-f]{4}$/),
    ]);
    const found = [first, '20261124-221503', second, 'latest'].map((name) => store.runs.find(name).id);
    expect(found).toEqual([first, first, second, second]);
    expect(() => store.runs.find('20261124')).toThrow(code('ambiguous-run'));
    expect(() => store.runs.find('2025')).toThrow(code('unknown-run'));
  });

  it('is unknown where there are no runs', () => {
    expect(() => store.runs.find('latest')).toThrow(code('no-runs'));
  });
});

describe('remove', () => {
  it('takes a run away, and what only it has asked', () => {
    const [small, large] = [choicesPart(1), choicesPart(2)].map((part) => {
      const recorder = store.runs.begin(command, environment);
      recorder.part(part);
      recorder.finish('finished');
      return recorder.id;
    });
    expect(store.runs.remove(small!).id).toBe(small);
    expect(store.runs.list().map(({ id }) => id)).toEqual([large]);
    expect(['runs', 'run_parts', 'run_blocks', 'run_questions'].map(count)).toEqual([1, 1, 1, 1]);
    expect(store.runs.read(large!).parts).toEqual([choicesPart(2)]);
  });

  it('leaves a run at work alone', () => {
    store.runs.begin(command, environment);
    expect(() => store.runs.remove('latest')).toThrow(code('run-at-work'));
    expect(store.runs.list()).toHaveLength(1);
  });
});
