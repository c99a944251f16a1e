/**
 * Prompts with and without examples are, request by request, those that lm-evaluation-harness 0.4.13 builds of the same rows
 * (golden/prompts.py): every task, several numbers of examples and seeds, chosen rows, a system text, and turns of a chat.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { folderSource, manifest } from '@linchpin/datasets';
import { describeShared, sharedPath } from '@linchpin/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadQuestions } from '../src/load-questions.ts';
import { readExamples } from '../src/prompts/read-examples.ts';
import { QuestionPrompts } from '../src/prompts/question-prompts.ts';
import { findTask } from '../src/select-tasks.ts';
import { type Pair, pairsOf } from './pairs-of.ts';

type Place = readonly [file: string, first: number, last: number];

interface Case {
  readonly task: string;
  readonly count: number;
  readonly seed: number;
  readonly limit?: number;
  readonly only?: readonly number[];
  readonly system?: string;
  readonly chat?: boolean;
  readonly requests: number;
  readonly sha256: string;
  readonly example?: Asked;
}

interface Asked extends Pair {
  readonly doc: number;
}

const golden = JSON.parse(readFileSync(new URL('../golden/prompts.json', import.meta.url), 'utf8')) as {
  readonly files: Readonly<Record<string, { readonly data: Place; readonly examples: Place | null }>>;
  readonly cases: readonly Case[];
};

/** Tells the roles and where the answer begins. */
const chat = {
  render: (messages: readonly { role: string; content: string }[]) =>
    `${messages.map(({ role, content }) => `<${role}>${content}</${role}>`).join('')}<assistant>`,
};

describeShared('prompts of lm-evaluation-harness', ['datasets'], () => {
  const folder = mkdtempSync(join(tmpdir(), 'linchpin-prompts-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  beforeAll(async () => {
    for (const [name, { data, examples }] of Object.entries(golden.files)) {
      const task = findTask(name);
      await place(task.dataset, data);
      if (examples !== null && task.fewshot !== undefined) await place(task.fewshot.dataset, examples);
    }
  });

  async function place(dataset: string, [file, first, last]: Place): Promise<void> {
    const from = file.startsWith('rows/')
      ? new URL(`../golden/${file}`, import.meta.url)
      : sharedPath(`datasets/${file}`);
    const lines = readFileSync(from, 'utf8').split('\n').filter(Boolean);
    const path = join(folder, manifest[dataset]!.files[0]!.path);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `${lines.slice(first, last).join('\n')}\n`);
  }

  it.each(golden.cases.map((each) => [inWords(each), each] as const))('%s', async (_, expected) => {
    const pairs = await requestsOf(expected);
    if (expected.example !== undefined) expect(pairs[pairs.length >> 1]).toEqual(expected.example);
    expect(pairs).toHaveLength(expected.requests);
    expect(digest(pairs)).toBe(expected.sha256);
  });

  async function requestsOf({ task: name, count, seed, limit, only, system, chat: isChat }: Case): Promise<Asked[]> {
    const task = findTask(name);
    const isShown = count > 0 && task.fewshot !== undefined;
    const pool = isShown ? (await readExamples(task, folderSource(folder))).pool : undefined;
    const prompts = new QuestionPrompts(task, {
      system,
      chat: isChat === true ? chat : undefined,
      examples: pool === undefined ? undefined : { pool, count, seed },
    });
    const rows = only === undefined ? { limit } : { only: new Set(only) };
    const loaded = await Array.fromAsync(loadQuestions(task, folder, { ...rows, prompts }));
    // lm-evaluation-harness counts chosen rows anew.
    return loaded.flatMap(({ question }, doc) => pairsOf(question).map((pair) => ({ doc, ...pair })));
  }
});

function inWords({ task, count, seed, limit, only, system, chat: isChat }: Case): string {
  return `${task} ${JSON.stringify({ count, seed, limit, only, system, isChat })}`;
}

function digest(pairs: readonly Asked[]): string {
  const text = pairs.map(({ doc, context, continuation }) => `${doc}\n${context}\0${continuation}\0`).join('');
  return createHash('sha256').update(text).digest('hex');
}
