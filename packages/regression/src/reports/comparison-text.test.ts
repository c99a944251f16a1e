import { describe, expect, it } from 'vitest';
import { exampleRun, loseItems } from '../../test/example-run.ts';
import { compareRuns } from '../compare-runs.ts';
import { comparisonText } from './comparison-text.ts';

const baseline = exampleRun('old');

describe('a comparison as text', () => {
  it('is a line a part where the numbers are the same', () => {
    expect(comparisonText(compareRuns(baseline, exampleRun('new')))).toBe(
      [
        'new beside the baseline old, of 2026-01-01T00:00:00.000Z',
        '',
        '= toy · Original · piqa: equal',
        '= toy · Original · lambada_openai: equal',
        '= toy · Original · wikitext2: equal',
        '',
        'equal: The numbers are those of the baseline.',
        '',
      ].join('\n'),
    );
  });

  it('says what is worse, by which test, and shows the first items that flipped', () => {
    const lines = comparisonText(compareRuns(baseline, exampleRun('new', { score: loseItems(8) }))).split('\n');
    expect(lines.slice(2, 9)).toEqual([
      '✗ toy · Original · piqa: regression',
      // 30 of 40 items are right before.
      '    acc: 0.75 → 0.55 (30 → 22 right)',
      '    log-likelihoods: 8 of 80 differ by more than 0.00001; the largest difference is 3 (item 1, request 0: -5.000000 → -20.000000)',
      // p = 2 · ½⁸.
      "    McNemar's test of acc: 8 right only before, 0 only now (p = 0.007813, 0.007813 after Holm's correction)",
      '    item 1: wrong now, right before',
      '      "Question 1"',
      '      * " choice 0"  -5.0000 → -20.0000',
    ]);
    expect(lines.filter((line) => line.includes('wrong now'))).toHaveLength(5);
    expect(lines).toContain('    and 3 more items that flipped');
    expect(lines.at(-2)).toBe('regression: The run is not what the baseline was.');
  });

  it('says what changed around the parts, and what exceeds its bound', () => {
    const before = exampleRun('old', { environment: { matrixSpeed: 100, peakMemory: 2 ** 30 } });
    const environment = { engine: 'toy 2', matrixSpeed: 400, peakMemory: 2 ** 31 };
    const after = { ...exampleRun('new', { environment }), status: 'interrupted' as const };
    const comparison = compareRuns(before, { ...after, parts: after.parts.slice(1) });
    expect(comparisonText(comparison).split('\n').slice(4, -3)).toEqual([
      'new is not a finished run (interrupted)',
      'missing: toy · Original · piqa',
      'engine changed: toy 1 → toy 2',
      "speed: 0.25 × the baseline's, in terms of a plain product of the same run, below the bound of 0.8",
      "memory: 1024 MiB → 2048 MiB, 2.00 × the baseline's, above the bound of 1.25",
    ]);
  });
});
