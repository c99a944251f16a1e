/** `linchpin select` on the embedded model. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@linchpin/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { linchpin } from './run-in-process.ts';

const root = temporaryFolder();
const data = join(root, 'texts.jsonl');
const reading = ['--data', data, '--max-length', '24', '--batch-size', '2', '--quiet'];

beforeAll(async () => {
  const texts = ['Once upon a time there was a cat who liked to sit in the sun.', 'The dog ran to the lake and back.'];
  await writeFile(data, texts.map((text) => JSON.stringify({ text })).join('\n'));
});

async function select(options: object, out: string, ...more: string[]): ReturnType<typeof linchpin> {
  const method = `smt:${JSON.stringify({ warmUpSteps: 1, ...options })}`;
  return await linchpin(['select', ...reading, '--method', method, '--out', out, ...more]);
}

describe('linchpin select', () => {
  it('writes what is chosen, and where it lies', async () => {
    const out = join(root, 'chosen');
    const { code, stdout } = await select({ block: 64, attentionBlocks: 5 }, out, '--json');
    expect(code).toBe(0);
    const record = JSON.parse(stdout) as { settings: { chosen: { matrix: string; score: number }[] }; files: string[] };
    expect(record.files).toEqual(['selected.csv', 'layers.csv', 'layers.svg'].map((name) => join(out, name)));
    const lines = (await readFile(join(out, 'selected.csv'), 'utf8')).trimEnd().split('\r\n');
    expect(lines[0]).toBe('module,layer,projection,block_row,block_column,rows,columns,score');
    expect(lines.slice(1).map((line) => `${line.split(',')[0]}.weight`)).toEqual(
      record.settings.chosen.map(({ matrix }) => matrix),
    );
    const scores = lines.slice(1).map((line) => Number(line.split(',').at(-1)));
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    const shares = (await readFile(join(out, 'layers.csv'), 'utf8')).trimEnd().split('\r\n').slice(1);
    // Eight layers of queries, keys and values, 4 × 4 blocks each.
    expect(shares).toHaveLength(24);
    expect(shares.reduce((sum, line) => sum + Number(line.split(',')[2]), 0)).toBe(5);
    expect(new Set(shares.map((line) => line.split(',')[4]))).toEqual(new Set(['16']));
    expect(await readFile(join(out, 'layers.svg'), 'utf8')).toContain('<title>What smt chooses of mini</title>');
  });

  it('looks at the model that interventions leave', async () => {
    const options = { block: 64, mixtureBlocks: 40, statistic: 'L2' };
    const chosen: string[] = [];
    for (const more of [[], ['--intervention', 'prune-super-weight']]) {
      const out = join(root, `beside-${more.length}`);
      expect((await select(options, out, ...more)).code).toBe(0);
      chosen.push(await readFile(join(out, 'selected.csv'), 'utf8'));
    }
    expect(chosen[0]).not.toBe(chosen[1]);
  });

  it('refuses methods that choose nothing, and blocks that do not divide', async () => {
    const out = join(root, 'refused');
    const full = await linchpin(['select', ...reading, '--method', 'full', '--out', out]);
    expect(full.code).toBe(2);
    expect(full.stderr).toContain('a method that chooses no parts of matrices');
    const undivided = await select({ block: 48, attentionBlocks: 5 }, out);
    expect(undivided.code).toBe(2);
    expect(undivided.stderr).toContain('divides all chosen matrices: 1, 2, 4, 8, 16, 32, 64, 128, 256');
  });
});
