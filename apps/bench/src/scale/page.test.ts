import { figureToSvg } from '@linchpin/report';
import { describe, expect, it } from 'vitest';
import { chartsOf } from './charts.ts';
import { performancePage } from './page.ts';
import type { ScalePoint, ScaleRecord } from './record.ts';

function point(x: number, changes: Partial<ScalePoint> = {}): ScalePoint {
  return {
    x,
    execution: 'float32',
    threads: 2,
    requests: 100,
    tokensAsked: 3000,
    tokensComputed: 1500,
    seconds: 4,
    matrixFlops: 4e11,
    peakMemory: 512 * 2 ** 20,
    gemm: 200,
    bestGemm: 200,
    ...changes,
  };
}

const record: ScaleRecord = {
  date: '2026-01-02',
  processor: 'a processor',
  engine: 'an engine',
  threads: 2,
  requests: [point(100_000, { requests: 100_000, seconds: 50 })],
  sizes: [point(1_000_000), point(2_000_000), point(2_000_000, { execution: 'int8', seconds: 2 })],
  threadCounts: [point(2_000_000, { threads: 1, seconds: 5 })],
  choices: [point(64)],
  contexts: [point(2048)],
  tasks: [
    {
      task: 'piqa',
      items: 1838,
      itemsCounted: 100,
      tokensAsked: 200_000,
      tokensComputed: 100_000,
      scoredTokens: 50_000,
      attendedPairs: 1e7,
    },
  ],
};

describe('chartsOf', () => {
  it.each(Object.entries(chartsOf(record)))('draws %s', async (_, figure) => {
    const svg = await figureToSvg(figure);
    expect(svg).toContain(figure.title);
    expect(svg).not.toContain('NaN');
  });
});

describe('performancePage', () => {
  const page = performancePage(record);

  it('has a row a measurement, and the charts', () => {
    expect(page).toContain('| 100 000 | 50.0 | 0.500 | 0.0150 | 512 |');
    expect(page).toContain('| 2 000 000 | int8 | 2 | 2.00 | 20.0 | 200 | 100 % | 268 |');
    for (const name of ['requests', 'model-size', 'choices', 'context-length'])
      expect(page).toContain(`](performance/${name}.svg)`);
  });

  it('derives hours from operations and speeds', () => {
    // By hand: weights 2 × (32 × 50 331 648 + 31 × 152 043 520) × 100 000 + 2 × (152 043 520 + 131 072 000) × 50 000.
    expect(page).toContain('| piqa | 1 838 | 100 | 200 000 | 100 000 | 50 000 | 1 293 | 5 |');
    // 100 GFLOP/s with two threads, 80 with one: 1.25 a doubling, so that 16 cores have 80 × 1.25⁴ = 195.
    expect(page).toContain('| 16 cores like these, float32 | 195 |');
    const [, hours] = /\| this machine, float32 \| 100 \| ([\d .]+) \|/.exec(page) ?? [];
    const number = (text: string | undefined): number => Number(text?.replaceAll(' ', ''));
    // 4 rows of 1298 TFLOP and 864 256 tokens, each of 13.2 GFLOP of weights and 1.07 of attention, at 100 GFLOP/s.
    expect(number(hours)).toBeCloseTo((4 * (1298e12 + 864_256 * (13.215e9 + 1.0737e9))) / 1e11 / 3600, -1);
  });

  it('estimates Table 1 for executions that it can be run with', () => {
    expect(page).not.toMatch(/(?:this machine|like these), int8/);
  });

  it('says what is assumed of more cores', () => {
    expect(page).toContain('1.25 times as fast: a doubling keeps 63 %');
    const faster = performancePage({ ...record, threadCounts: [point(2_000_000, { threads: 1, seconds: 9 })] });
    expect(faster).toContain('2.25 times as fast, more than there are threads');
    // One thread has 44.4 GFLOP/s, and 16 at most 16 times that.
    expect(faster).toContain('| 16 cores like these, float32 | 711 |');
    expect(performancePage({ ...record, threadCounts: [], sizes: [point(2_000_000, { threads: 1 })] })).toContain(
      'How speed grows with threads was not measured',
    );
  });

  it('names the points at which the machine was slower', () => {
    expect(page).not.toContain('machine was slower');
    const sizes = [...record.sizes, point(2_000_000, { execution: 'split16', gemm: 120 })];
    expect(performancePage({ ...record, sizes, choices: [point(64, { gemm: 160 })] })).toMatch(
      /slower: 2 000 000 split16 \(a plain Gemm at 60 % of the best\)[^]*slower: 64 \(a plain Gemm at 80 % of the best\)/,
    );
  });

  it('says nothing of Table 1 where its data was not there', () => {
    expect(performancePage({ ...record, tasks: [] })).not.toContain('Table 1');
  });
});
