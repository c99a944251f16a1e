import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { type DataOptions, readTrainingData, type TrainingData } from './training-data.ts';

const folder = temporaryFolder();
const [bos, eos] = [1, 2];
const ids = (text: string): number[] => Array.from(text, (each) => each.codePointAt(0)!);
/** A token a character, a BOS before every text. */
const tokenizer = {
  eosId: eos,
  encodeWithSpecialTokens: (text: string) => [bos, ...ids(text)],
};
const options: DataOptions = { tokenizer, maxLength: 20, promptStyle: 'plain' };

function fileOf(name: string, ...rows: readonly object[]): string {
  const file = join(folder, name);
  writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  return file;
}

const read = (file: string, more: Partial<DataOptions> = {}, heldOut?: number): Promise<TrainingData> =>
  readTrainingData([file], heldOut, { ...options, ...more });

const all = ({ examples }: TrainingData): readonly (readonly [number[], number])[] =>
  examples.map(({ ids: tokens, from }) => [[...tokens], from]);

describe('instructions', () => {
  it('count in the loss from the first token of the response, and end with an EOS', async () => {
    const data = await read(fileOf('plain.jsonl', { instruction: 'ab', input: '', output: 'xyz' }));
    expect(all(data)).toEqual([[[bos, ...ids('ab\nxyz'), eos], 4]]);
  });

  it('are cut at the length, counted, and left out where nothing of the response is left', async () => {
    const rows = ['a', 'a'.repeat(15), 'a'.repeat(30)].map((instruction) => ({ instruction, output: 'xyz' }));
    const data = await read(fileOf('long.jsonl', ...rows));
    expect(data).toMatchObject({ rows: 3, cut: 2, leftOut: 1 });
    expect(data.examples.map(({ ids: tokens }) => tokens.length)).toEqual([7, 20]);
  });

  it('are an error where nothing at all is left', async () => {
    const file = fileOf('nothing.jsonl', { instruction: 'a'.repeat(30), output: 'x' });
    await expect(read(file)).rejects.toMatchObject({
      code: 'tuning/nothing-to-train-on',
      problem: { found: '1 rows, of which 1 have no token left that counts' },
    });
  });
});

describe('texts', () => {
  it('are one stream that is cut into windows, each of which counts from its second token', async () => {
    const data = await read(fileOf('texts.jsonl', { text: 'a'.repeat(18) }, { text: 'b'.repeat(10) }));
    const stream = [bos, ...ids('a'.repeat(18)), eos, bos, ...ids('b'.repeat(10)), eos];
    expect(all(data)).toEqual([
      [stream.slice(0, 20), 1],
      [stream.slice(20), 1],
    ]);
  });

  it('lose a last token that would have nothing before it', async () => {
    // 19 characters and two special tokens.
    expect((await read(fileOf('one-over.jsonl', { text: 'a'.repeat(19) }))).examples).toHaveLength(1);
  });
});

describe('rows', () => {
  const rows = Array.from({ length: 10 }, (_, index) => ({ instruction: `${index}`, output: 'x' }));

  it('are held out from the end, and limited from the beginning', async () => {
    const data = await read(fileOf('ten.jsonl', ...rows), { limit: 6 }, 2);
    const numbers = (examples: TrainingData['examples']): string =>
      String.fromCodePoint(...examples.map(({ ids: tokens }) => tokens[1]!));
    expect([numbers(data.examples), numbers(data.heldOut)]).toEqual(['0123', '45']);
    expect(data.files).toMatchObject([{ file: 'ten.jsonl', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
  });

  it.each([
    ['without fields that are known', { question: '?' }, 'the fields question (string)'],
    [
      'with an output that is no text',
      { instruction: 'a', output: 3 },
      'the fields instruction (string), output (number)',
    ],
    ['without any field', {}, 'no object with fields'],
  ])('are refused %s, by file and place', async (_, row, found) => {
    await expect(read(fileOf('bad.jsonl', rows[0]!, row))).rejects.toMatchObject({
      code: 'tuning/row-unusable',
      problem: { subject: expect.stringMatching(/bad\.jsonl, row 2$/), found },
    });
  });

  it('are refused where more are held out than there are', async () => {
    await expect(read(fileOf('held.jsonl', ...rows), {}, 10)).rejects.toMatchObject({
      code: 'tuning/too-few-to-hold-out',
    });
  });
});
