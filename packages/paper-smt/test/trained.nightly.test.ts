/** Experiments that train, on the embedded model with few steps: what they say, what is kept, and that a second call trains nothing. */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Experiment, openHarness, type SavedExperiment } from '@linchpin/harness';
import { findFigure, findTable, type SmtFigureOptions } from '@linchpin/paper-smt';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

vi.setConfig({ testTimeout: 300_000 });

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'linchpin-smt-trained-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Few and short steps, so that the test takes seconds. */
const short = { steps: 1, maxLength: 32, dataRows: 30, heldOut: 4, limit: 1 } as const;

async function run<Options>(experiment: Experiment<Options>, options: Options): Promise<SavedExperiment> {
  await using harness = await openHarness({ threads: 2 });
  return await harness.run(experiment, options, { out: folder });
}

describe('repairing a pruned super weight', () => {
  const options: SmtFigureOptions = { ...short, windows: 1, shares: [0.0262] };

  it('has a row a method, tells of the choice, and trains nothing twice', async () => {
    const trained = { ...options, folder: join(folder, 'trained') };
    const saved = await run(findFigure('repair'), trained);
    const { rows } = saved.json as {
      rows: { label: string; share: number | null; loss: number; perplexity: number }[];
    };
    expect(rows.map(({ label }) => label)).toEqual([
      'Original',
      'Pruned',
      'SMT on q, k, v, 2.62 %',
      'SMT on all matrices, 2.62 %',
      'LoRA, 2.62 %',
      'DoRA, 2.62 %',
      'Full',
    ]);
    const [original, pruned] = rows;
    expect(pruned!.perplexity).toBeGreaterThan(10 * original!.perplexity);
    expect(pruned!.loss).toBeGreaterThan(original!.loss);
    // The first evaluation is that of the pruned model: no training leaves it worse.
    for (const { loss } of rows.slice(2)) expect(loss).toBeLessThanOrEqual(pruned!.loss + 1e-5);
    for (const { share } of rows.slice(2, 6)) expect(Math.abs(share! - 0.0262)).toBeLessThan(0.002);
    expect(saved.words).toContain('that of 1:100:300 could not be chosen, for it lies in the MLP');
    expect(saved.words).toMatch(
      /of 1568 blocks 48 are chosen by gradient; that of 1:100:300 is (?:number \d+|not among them)/,
    );
    const file = join(folder, 'trained/mini/full/full_model.safetensors');
    const before = statSync(file).mtimeMs;
    const again = await run(findFigure('repair'), trained);
    expect(statSync(file).mtimeMs).toBe(before);
    expect(again.table).toEqual(saved.table);
  });
});

describe('tables and figures of trained models', () => {
  const sets = ['ARC-Easy'];
  const protocol = 'llm-adapters';

  it('draws accuracies against shares', async () => {
    const options = { ...short, folder: join(folder, 'trained'), shares: [0.0262], sets, protocol };
    const { table, drawing } = await run(findFigure('3'), options);
    expect(table.rows.map(([label]) => label)).toEqual([
      'Original',
      'LoRA, 2.62 %',
      'DoRA, 2.62 %',
      'SMT on q, k, v, 2.62 %',
    ]);
    expect(drawing!.panels[0]!.series.map(({ label }) => label)).toEqual(['LoRA', 'DoRA', 'SMT on q, k, v']);
  });

  it('counts which projections blocks of attention and of the MLP fall on', async () => {
    const options = { ...short, folder: join(folder, 'trained'), sets, protocol };
    const { table } = await run(findTable('4'), options);
    const blocks = table.rows.map((row) => String(row.at(-1)));
    expect(table.rows).toHaveLength(4);
    expect(blocks[1]).toMatch(/^\d+ [qkv]_proj/);
    expect(blocks[2]).toMatch(/^\d+ (?:gate|up|down)_proj/);
  });

  it('measures what a step of every method costs', async () => {
    const { table, artifact } = await run(findTable('1'), { ...short, folder: join(folder, 'trained') });
    expect(table.rows.map(([label]) => label)).toEqual(['Full', 'LoRA r 32', 'DoRA r 32', 'SMT on q, k, v, 0.84 %']);
    for (const [, share, seconds, speedUp] of table.rows as [string, number, number, number][]) {
      expect(share).toBeGreaterThan(0);
      expect(seconds).toBeGreaterThan(0);
      expect(speedUp).toBeGreaterThan(0);
    }
    expect(artifact!.notes.join(' ')).toContain('14.6');
    expect(readFileSync(join(folder, 'table-smt-1.csv'), 'utf8')).toContain('Full,100.000');
  });

  it('takes one model, and no option that would do nothing', async () => {
    for (const name of ['1', '4'])
      await expect(run(findTable(name), { ...short, model: ['mini', 'mini'] })).rejects.toMatchObject({
        code: 'paper-smt/several-models',
      });
    expect(findTable('1').takes).not.toContain('heldOut');
    for (const { takes } of [findTable('1'), findTable('4'), findFigure('3')])
      expect(takes).not.toContain('superWeights');
  });

  it('refuses shares that have more blocks than there are', async () => {
    await expect(run(findTable('4'), { ...short, shares: [0.9], sets, protocol })).rejects.toMatchObject({
      code: 'paper-smt/share-too-large',
    });
  });
});
