import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { miniFolder } from '@linchpin/datasets';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadQuestions } from './load-questions.ts';
import { hellaswag } from './tasks/hellaswag.ts';
import { piqa } from './tasks/piqa.ts';

describe('loadQuestions', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'linchpin-tasks-'));
  });

  async function writePiqa(lines: readonly string[]): Promise<string> {
    const file = join(folder, 'piqa.validation.jsonl');
    await writeFile(file, lines.join('\n'));
    return file;
  }

  const good = JSON.stringify({ goal: 'To open a lock,', sol1: 'take a key.', sol2: 'take a candle.', label: 0 });

  it('reads an embedded set as a whole', async () => {
    const questions = await Array.fromAsync(loadQuestions(piqa, miniFolder));
    expect(questions).toHaveLength(200);
    expect(questions[0]).toEqual({ docId: 0, line: 1, question: piqa.toQuestion(piqa.parseRow(JSON.parse(good))) });
    expect(questions[199]).toMatchObject({ docId: 199, line: 200 });
  });

  it('numbers rows, not lines', async () => {
    await writePiqa(['', good, '', good]);
    expect(await Array.fromAsync(loadQuestions(piqa, folder))).toMatchObject([
      { docId: 0, line: 2 },
      { docId: 1, line: 4 },
    ]);
  });

  it('stops at the limit, before anything that comes later', async () => {
    await writePiqa([good, good, 'no JSON']);
    expect(await Array.fromAsync(loadQuestions(piqa, folder, { limit: 2 }))).toHaveLength(2);
    expect(await Array.fromAsync(loadQuestions(piqa, miniFolder, { limit: 1000 }))).toHaveLength(200);
  });

  it('refuses a limit that is none, at once', () => {
    for (const limit of [0, -1, 1.5, Number.NaN, Infinity]) {
      expect(() => loadQuestions(piqa, miniFolder, { limit })).toThrow(
        expect.objectContaining({ code: 'tasks/bad-limit' }),
      );
    }
  });

  it('names file, line and field of a bad row', async () => {
    const file = await writePiqa([good, '{"goal": "a", "sol1": "b", "sol2": "c", "label": 2}']);
    const subject = `${file}:2: piqa, field label`;
    await expect(Array.fromAsync(loadQuestions(piqa, folder))).rejects.toThrow(
      expect.objectContaining({
        code: 'tasks/bad-row',
        problem: expect.objectContaining({ subject, found: '2', expected: 'one of 0, 1' }),
      }),
    );
  });

  it('refuses a folder without the data set, at once', () => {
    expect(() => loadQuestions(hellaswag, folder)).toThrow(expect.objectContaining({ code: 'datasets/not-found' }));
  });

  it('marks rows of another form', async () => {
    const row = { activity_label: 'A', ctx: 'b', endings: ['c', 'd'], label: '0' };
    await writeFile(join(folder, 'hellaswag.validation.jsonl'), JSON.stringify(row));
    expect(await Array.fromAsync(loadQuestions(hellaswag, folder))).toMatchObject([{ variant: 'processed' }]);
    expect(await Array.fromAsync(loadQuestions(hellaswag, miniFolder, { limit: 1 }))).toEqual([
      expect.not.objectContaining({ variant: expect.anything() }),
    ]);
  });
});
