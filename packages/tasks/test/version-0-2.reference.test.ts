/** Requests of the tasks by the protocol of lm-evaluation-harness 0.2.0 are those that its own code builds (golden/version_0_2.py). */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describeShared, sharedPath } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { findTask } from '../src/select-tasks.ts';
import { pairsOf } from './pairs-of.ts';

interface Case {
  readonly task: string;
  readonly rows: readonly [file: string, first: number, last: number];
  readonly requests: number;
  readonly sha256: string;
}

const folder = new URL('../golden/', import.meta.url);
const cases = JSON.parse(readFileSync(new URL('version-0-2.json', folder), 'utf8')) as readonly Case[];

describeShared('requests of version 0.2.0', ['datasets'], () => {
  it.each(cases)('$task', ({ task: name, rows: [file, first, last], requests, sha256 }) => {
    const task = findTask(name);
    const from = file.startsWith('rows/') ? new URL(file, folder) : sharedPath(`datasets/${file}`);
    const lines = readFileSync(from, 'utf8').split('\n').filter(Boolean).slice(first, last);
    const pairs = lines.flatMap((line) => pairsOf(task.toQuestion(task.parseRow(JSON.parse(line)))));
    const text = pairs.map(({ context, continuation }) => `${context}\0${continuation}\0`).join('');
    expect(pairs).toHaveLength(requests);
    expect(createHash('sha256').update(text).digest('hex')).toBe(sha256);
    expect(task).toMatchObject({ tokenization: 'apart' });
    expect(task.fewshot).toBeUndefined();
  });
});
