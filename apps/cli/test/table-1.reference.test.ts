/**
 * Table 1 of the embedded model against lm-evaluation-harness and transformers on edited weights
 * (golden/lm-eval/mini/table1.json): counts exactly, perplexities to 1e-5 relative (1e-6 was measured). The +SA row has no
 * zero-shot reference; by the model folder's README its accuracies are those of the unedited model.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ResultRow } from '@linchpin/plugin-api';
import { describeShared, readSharedJson, temporaryFolder } from '@linchpin/testing';
import { beforeAll, expect, it } from 'vitest';
import { linchpin } from './run-in-process.ts';

interface GoldenRow {
  readonly zeroed: number;
  readonly perplexity: Readonly<Record<'wikitext' | 'c4', { readonly perplexity: number; readonly windows: number }>>;
  readonly zero_shot?: Readonly<
    Record<string, { readonly correct: number; readonly items: number; readonly correct_norm?: number }>
  >;
}

interface Golden {
  readonly super_weight: { readonly tensor: string; readonly row: number; readonly column: number };
  readonly fraction: number;
  readonly rows: Readonly<Record<string, GoldenRow>>;
}

const labels: Readonly<Record<string, string>> = {
  original: 'Original',
  prune_sw: 'Prune SW',
  prune_non_sw: 'Prune Non-SW',
  prune_sw_restore_sa: 'Prune SW, +SA',
};
const perplexityTolerance = 1e-5;

describeShared('linchpin table 1 on the embedded model', ['golden/lm-eval/mini/table1.json'], () => {
  const golden = (): Golden => readSharedJson('golden/lm-eval/mini/table1.json') as Golden;
  const folder = temporaryFolder();
  let output: {
    table: { rows: readonly { label: string; changedWeights: number; values: readonly number[] }[] };
    numbers: readonly ResultRow[];
  };

  beforeAll(async () => {
    const { stdout } = await linchpin(['table', '1', '--json', '--out', folder]);
    output = JSON.parse(stdout) as typeof output;
  }, 900_000);

  it.each(Object.entries(labels))('%s', (key, label) => {
    const row = golden().rows[key]!;
    const numbers = output.numbers.filter((number) => number.label === label);
    const zeroShot = row.zero_shot ?? golden().rows['original']!.zero_shot!;
    for (const [task, expected] of Object.entries(zeroShot)) {
      const metric = (name: string) => numbers.find((number) => number.task === task && number.metric === name);
      expect(metric('acc')).toMatchObject({ correct: expected.correct, items: expected.items, skipped: 0 });
      if (row.zero_shot !== undefined && expected.correct_norm !== undefined)
        expect(metric('acc_norm')).toMatchObject({ correct: expected.correct_norm });
    }
    for (const [corpus, name] of [
      ['wikitext', 'wikitext2'],
      ['c4', 'c4'],
    ] as const) {
      const expected = row.perplexity[corpus];
      const number = numbers.find((candidate) => candidate.task === name)!;
      expect(Math.abs(number.value / expected.perplexity - 1)).toBeLessThan(perplexityTolerance);
      expect(number.windows).toBe(expected.windows);
    }
    if (row.zeroed > 0)
      expect(output.table.rows.find((candidate) => candidate.label === label)!.changedWeights).toBe(row.zeroed);
  });

  it('is edited where the golden was', () => {
    const { super_weight, fraction } = golden();
    const settings = output.numbers.find((number) => number.label === 'Prune SW')!.interventions[0]!.settings as {
      weights: readonly { layer: number; row: number; column: number }[];
    };
    expect(settings.weights).toEqual([
      {
        layer: Number(/layers\.(\d+)\./.exec(super_weight.tensor)![1]),
        row: super_weight.row,
        column: super_weight.column,
      },
    ]);
    expect(output.numbers.find((number) => number.label === 'Prune Non-SW')!.interventions[0]!.settings).toMatchObject({
      fraction,
    });
  });

  it("has the paper's rows and columns, and nothing else", async () => {
    const lines = (await readFile(join(folder, 'table-1.csv'), 'utf8')).trim().split('\r\n');
    expect(lines[0]).toBe(',Arc-c,Arc-e,Hella.,Lamb.,PIQA,SciQ,Wino.,AVG,C4,Wiki-2');
    expect(lines.slice(1).map((line) => line.replace(/,[\d.,]+$/, ''))).toEqual([
      'Original',
      'Prune SW',
      'Prune Non-SW',
      '"Prune SW, +SA"',
    ]);
  });
});
