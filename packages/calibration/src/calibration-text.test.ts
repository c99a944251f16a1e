import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { manifest } from '@linchpin/datasets';
import type { Tokenizer } from '@linchpin/plugin-api';
import { parquetOf } from '@linchpin/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { calibrationFile, readCalibrationText } from './calibration-text.ts';

const folder = mkdtempSync(join(tmpdir(), 'linchpin-calibration-text-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A token a character, 0 before each text. */
const encode = (text: string): number[] => Array.from(text, (character) => character.codePointAt(0)!);
const tokenizer: Tokenizer = {
  vocabularySize: 128,
  bosId: 0,
  bosText: undefined,
  eosId: undefined,
  addsBos: true,
  encode,
  encodeWithSpecialTokens: (text) => [0, ...encode(text)],
  decode: () => '',
};

async function samplesOf(name: string, content: string, samples = 512): Promise<number[][]> {
  const calibration = join(folder, name);
  writeFileSync(calibration, content);
  const options = { tokenizer, contextLength: 5, calibration, samples, tokens: 4 };
  return (await readCalibrationText(options)).samples.map((ids) => [...ids]);
}

const [a, b, c, d] = encode('abcd') as [number, number, number, number];

describe('readCalibrationText', () => {
  it('cuts documents where they are too long, and lets them be short', async () => {
    const documents = '{"text": "abcd"}\n{"text": "a"}\n{"text": "b"}\n';
    expect(await samplesOf('a.jsonl', documents, 2)).toEqual([
      [0, a, b, c],
      [0, a],
    ]);
  });

  it('cuts a text into samples of one length, each with a BOS', async () => {
    expect(await samplesOf('a.txt', 'abcdab')).toEqual([
      [0, a, b, c],
      [0, d, a, b],
    ]);
    expect(await samplesOf('a.txt', 'abcdab', 1)).toHaveLength(1);
  });

  it('joins the rows of a table of WikiText, which are lines of one text', async () => {
    const lines = ['\n', ' = A = \n', ' \n', 'abcd\n'];
    const [raw, table] = ['raw', 'table'].map((name) => join(folder, name)) as [string, string];
    mkdirSync(join(raw, 'wikitext-2'), { recursive: true });
    writeFileSync(join(raw, 'wikitext-2', 'wiki.train.raw'), lines.join(''));
    mkdirSync(join(table, 'wikitext-2-raw-v1'), { recursive: true });
    const rows = lines.map((line) => ({ text: line.trim() === '' ? '' : line }));
    writeFileSync(join(table, 'wikitext-2-raw-v1', 'train-00000-of-00001.parquet'), parquetOf(rows));
    const options = { tokenizer, contextLength: 5, calibration: 'wikitext2-train', samples: 9, tokens: 4 };
    const read = async (datasets: string) => (await readCalibrationText({ ...options, datasets })).samples;
    expect(await read(table)).toEqual(await read(raw));
    const fetched = join(table, 'wikitext-2-raw-v1', 'train-00000-of-00001.parquet');
    expect((await readCalibrationText({ ...options, fetched })).samples).toEqual(await read(raw));
  });

  it('refuses what has no text for a sample', async () => {
    await expect(samplesOf('short.txt', 'ab')).rejects.toMatchObject({ code: 'perplexity/text-too-short' });
    const without: Tokenizer = { ...tokenizer, encodeWithSpecialTokens: encode };
    writeFileSync(join(folder, 'empty.jsonl'), '{"text": ""}\n');
    const options = { contextLength: 5, calibration: join(folder, 'empty.jsonl'), samples: 1, tokens: 4 };
    await expect(readCalibrationText({ ...options, tokenizer: without })).rejects.toMatchObject({
      code: 'calibration/no-samples',
    });
  });
});

describe('calibrationFile', () => {
  it('is of no split that is scored', () => {
    expect(calibrationFile({})).toMatch(/self-generated\.jsonl$/);
    const scored = Object.values(manifest).filter(({ split }) => split !== 'train');
    expect(scored.flatMap(({ files }) => files.map(({ path }) => path))).not.toContain(basename(calibrationFile({})));
    expect(() => calibrationFile({ datasets: folder })).toThrow(
      expect.objectContaining({ code: 'datasets/not-found' }),
    );
  });

  it('is a train split where there is one, and else a validation split', () => {
    const datasets = join(folder, 'data');
    mkdirSync(join(datasets, 'wikitext-2'), { recursive: true });
    for (const split of ['test', 'valid', 'train']) {
      writeFileSync(join(datasets, 'wikitext-2', `wiki.${split}.raw`), 'a');
      if (split !== 'test') expect(basename(calibrationFile({ datasets }))).toBe(`wiki.${split}.raw`);
    }
    expect(basename(calibrationFile({ datasets, calibration: 'wikitext2-validation' }))).toBe('wiki.valid.raw');
    expect(calibrationFile({ datasets, calibration: 'self-generated' })).toBe(calibrationFile({}));
  });

  it('is no validation split where there is a train split that cannot be looked at', () => {
    const datasets = join(folder, 'looping');
    mkdirSync(join(datasets, 'wikitext-2'), { recursive: true });
    writeFileSync(join(datasets, 'wikitext-2', 'wiki.valid.raw'), 'a');
    symlinkSync('wiki.train.raw', join(datasets, 'wikitext-2', 'wiki.train.raw'));
    expect(() => calibrationFile({ datasets })).toThrow('ELOOP');
  });

  it('names what is near a name that is not known', () => {
    expect(() => calibrationFile({ calibration: 'wikitext2-valid' })).toThrow(
      expect.objectContaining({
        code: 'calibration/unknown-calibration',
        problem: expect.objectContaining({ action: expect.stringContaining('wikitext2-validation') }),
      }),
    );
  });
});
