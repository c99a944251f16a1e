/** Data that are not those of the published split say so in every row and below the table. */
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { ResultRow } from '@linchpin/plugin-api';
import { describeShared, sharedPath, temporaryFolder } from '@linchpin/testing';
import { beforeAll, expect, it } from 'vitest';
import { linchpin } from './run-in-process.ts';

const sample = 'datasets/hellaswag/validation_raw_sample1000.jsonl';
const processed = 'datasets/hellaswag/validation_processed.jsonl';
const c4 = 'datasets/c4/train_sample2000.jsonl';

describeShared('data of another form', [sample, processed, c4], () => {
  const folder = temporaryFolder();
  beforeAll(() => {
    for (const [source, path] of [
      [processed, 'named-as-processed/hellaswag/validation_processed.jsonl'],
      // The rows tell their form also under a name that promises the hub's.
      [processed, 'named-as-hub/hellaswag/validation.jsonl'],
    ] as const) {
      mkdirSync(join(folder, path, '..'), { recursive: true });
      symlinkSync(sharedPath(source), join(folder, path));
    }
  });

  async function hellaswag(datasets: string): Promise<{ rows: ResultRow[]; text: string }> {
    const flags = ['evaluate', '--tasks', 'hellaswag', '--limit', '2', '--datasets', datasets, '--quiet'];
    const json = await linchpin([...flags, '--json']);
    const text = await linchpin(flags);
    expect([json, text]).toMatchObject([
      { code: 0, stderr: '' },
      { code: 0, stderr: '' },
    ]);
    return { rows: JSON.parse(json.stdout) as ResultRow[], text: text.stdout };
  }

  it.each([
    ['a sample', () => sharedPath('datasets'), 'validation_raw_sample1000.jsonl (sample)', 'is a sample'],
    [
      'processed rows',
      () => join(folder, 'named-as-processed'),
      'validation_processed.jsonl (processed)',
      'is processed already',
    ],
    [
      'processed rows under the name of the hub',
      () => join(folder, 'named-as-hub'),
      'validation.jsonl (processed)',
      'is processed already',
    ],
  ])('HellaSwag of %s', async (_, datasets, dataset, remark) => {
    const { rows, text } = await hellaswag(datasets());
    expect(rows.map((row) => row.dataset)).toEqual([dataset, dataset]);
    expect(text).toContain(`hellaswag: ${dataset.split(' ')[0]} ${remark}`);
  });

  it('the embedded HellaSwag has nothing to be said about', async () => {
    const { stdout } = await linchpin(['evaluate', '--tasks', 'hellaswag', '--limit', '2']);
    expect(stdout).not.toContain('hellaswag: ');
  });

  it('C4 of other documents than the validation split', async () => {
    const flags = ['perplexity', '--corpus', 'c4', '--windows', '1', '--datasets', sharedPath('datasets'), '--quiet'];
    const { stdout } = await linchpin(flags);
    expect(stdout).toContain('C4: train_sample2000.jsonl holds other text than the published split');
    const json = JSON.parse((await linchpin([...flags, '--json'])).stdout) as ResultRow[];
    expect(json[0]!.dataset).toBe('train_sample2000.jsonl (sample)');
  });
});
