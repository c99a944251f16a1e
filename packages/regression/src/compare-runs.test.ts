import { describe, expect, it } from 'vitest';
import { exampleItems, exampleRun, type ExampleOptions, loseItems } from '../test/example-run.ts';
import { compareRuns, isFailure } from './compare-runs.ts';
import type { CompareOptions, RunComparison } from './comparison.ts';

const baseline = exampleRun('old');

function compareWith(changes: ExampleOptions, options: Partial<CompareOptions> = {}): RunComparison {
  return compareRuns(baseline, exampleRun('new', changes), options);
}

function verdicts({ parts }: RunComparison): Record<string, string> {
  return Object.fromEntries(parts.map(({ task, verdict }) => [task, verdict]));
}

describe('compareRuns on the same items', () => {
  it('finds a run equal to itself', () => {
    const comparison = compareWith({});
    expect(comparison.verdict).toBe('equal');
    expect(verdicts(comparison)).toEqual({ piqa: 'equal', lambada_openai: 'equal', wikitext2: 'equal' });
    expect(comparison.parts.map(({ tests, flipped }) => [tests, flipped])).toEqual([
      [[], []],
      [[], []],
      [[], []],
    ]);
  });

  it('takes noise within the tolerance for none, and says how large it is', () => {
    const comparison = compareWith({ score: (nats, { docId }) => nats * (1 + (docId === 3 ? 5e-6 : 1e-7)) });
    expect(comparison.verdict).toBe('equal');
    const { requests } = comparison.parts[0]!;
    expect(requests).toMatchObject({ compared: 2 * exampleItems, beyond: 0, largest: { docId: 3 } });
    expect(requests.largest!.difference).toBeCloseTo(5e-6, 10);
    expect(compareWith({ score: (nats) => nats * (1 + 5e-6) }, { tolerance: 1e-6 }).verdict).toBe('regression');
  });

  it('finds one log-likelihood beyond the tolerance, with counts and perplexity as they were', () => {
    const comparison = compareWith({
      score: (nats, { task, docId, request }) => (task === 'piqa' && docId === 7 && request === 1 ? nats - 0.01 : nats),
    });
    expect(verdicts(comparison)).toEqual({ piqa: 'regression', lambada_openai: 'equal', wikitext2: 'equal' });
    const [piqa] = comparison.parts;
    expect(piqa!.metrics[0]!.isEqual).toBe(true);
    expect(piqa!.requests).toMatchObject({ beyond: 1, largest: { docId: 7, request: 1 } });
    expect(isFailure(comparison.verdict)).toBe(true);
  });

  it('finds a count that changed, and shows the item that flipped with its texts', () => {
    const comparison = compareWith({ score: loseItems(1) });
    const [piqa] = comparison.parts;
    expect(piqa).toMatchObject({
      verdict: 'regression',
      metrics: [{ correctBefore: 30, correctAfter: 29, isEqual: false }],
      flipped: [{ docId: 1, isRight: false, answer: 0, requests: [{ continuation: ' choice 0', after: -20 }, {}] }],
    });
    // One item says nothing by a test: judged by tests alone it is a change.
    expect(compareWith({ score: loseItems(1) }, { judge: 'tests' }).verdict).toBe('changed');
  });

  it('finds a score that is gone', () => {
    const run = exampleRun('new');
    const [piqa, ...others] = run.parts;
    const [first, ...items] = piqa!.items;
    const requests = first!.requests.map(({ firstIds, bos, tokens, tokensCut }) => ({
      firstIds,
      bos,
      tokens,
      tokensCut,
    }));
    const without = { ...piqa!, items: [{ ...first!, requests, isRight: false }, ...items] };
    const comparison = compareRuns(baseline, { ...run, parts: [without, ...others] });
    expect(comparison.parts[0]).toMatchObject({ verdict: 'regression', requests: { beyond: 2 } });
    expect(comparison.parts[0]!.requests.largest).toMatchObject({ docId: 0, after: null, difference: Infinity });
  });

  it('compares values where no items were recorded', () => {
    const bare = (value: number): ReturnType<typeof exampleRun> => {
      const run = exampleRun('bare', { row: { value } });
      return { ...run, parts: run.parts.slice(2).map((part) => ({ ...part, items: [] })) };
    };
    expect(compareRuns(bare(10), bare(10.00001)).verdict).toBe('equal');
    expect(compareRuns(bare(10), bare(11)).verdict).toBe('regression');
    expect(compareRuns(bare(Infinity), bare(Infinity)).verdict).toBe('equal');
  });

  it('takes an average over another number of items for changed, and its time for none', () => {
    const average = (value: number, items: number, seconds = 1): ReturnType<typeof exampleRun> => {
      const run = exampleRun('average', { environment: { matrixSpeed: 10 } });
      const [piqa] = run.parts;
      const row = { ...piqa!.rows[0]!, task: 'group', value, items, correct: null, seconds };
      return { ...run, parts: [...run.parts, { rows: [row], items: [] }] };
    };
    const compared = (run: ReturnType<typeof exampleRun>): RunComparison => compareRuns(average(0.5, 100), run);
    expect(verdicts(compared(average(0.5, 100)))).toMatchObject({ group: 'equal' });
    expect(verdicts(compared(average(0.6, 100)))).toMatchObject({ group: 'regression' });
    expect(verdicts(compared(average(0.6, 200)))).toMatchObject({ group: 'changed' });
    expect(compared(average(0.5, 100, 1e6)).speed).toMatchObject({ ratio: 1 });
  });
});

describe('the tests of a comparison', () => {
  it('see all windows of a whole text, a token', () => {
    /** Its second window is worse by half a nat, more or less. */
    const texts = (id: string, worse: number): ReturnType<typeof exampleRun> => {
      const run = exampleRun(id);
      const [piqa] = run.parts;
      const items = piqa!.items.map(({ docId, requests }) => ({
        docId,
        requests: requests.map((request, window) => ({
          ...request,
          logLikelihood: -10 - (window === 1 ? worse + (worse * (docId % 3)) / 10 : 0),
        })),
      }));
      const row = { ...piqa!.rows[0]!, task: 'wikitext', metric: 'word_perplexity', value: 50 + worse, correct: null };
      return { ...run, parts: [{ rows: [row], items }] };
    };
    const [part] = compareRuns(texts('a', 0), texts('b', 0.5), { judge: 'tests' }).parts;
    expect(part).toMatchObject({
      verdict: 'regression',
      flipped: [],
      tests: [{ metric: 'word_perplexity', isWorse: true }],
    });
    // The mean of docId % 3 over forty items is 0.975; both windows together have six tokens.
    expect(part!.tests[0]!.meanDifference).toBeCloseTo((0.5 * 1.0975) / 6, 12);
  });

  it('find planted regressions, and say which way they go', () => {
    const worse = compareWith({ score: loseItems(10) }, { judge: 'tests' });
    expect(verdicts(worse)).toMatchObject({ piqa: 'regression', wikitext2: 'equal' });
    // By hand: p = 2 · ½¹⁰; one test was made.
    expect(worse.parts[0]!.tests).toEqual([
      expect.objectContaining({ test: 'mcnemar', onlyBefore: 10, onlyAfter: 0, isWorse: true, adjusted: 2 / 1024 }),
    ]);
    const better = compareRuns(exampleRun('old', { score: loseItems(10) }), baseline);
    expect(better.verdict).toBe('improvement');
    expect(isFailure(better.verdict)).toBe(false);
  });

  it('compare perplexities window by window', () => {
    const comparison = compareWith(
      { score: (nats, { task, docId }) => (task === 'wikitext2' ? nats - 1 - (docId % 3) : nats) },
      { judge: 'tests' },
    );
    expect(verdicts(comparison)).toEqual({ piqa: 'equal', lambada_openai: 'equal', wikitext2: 'regression' });
    const [test] = comparison.parts[2]!.tests;
    // 14, 13 and 13 windows lose 1, 2 and 3 nats over 100 tokens.
    expect(test).toMatchObject({ test: 'paired-t', isWorse: true });
    expect(test!.meanDifference).toBeCloseTo((14 + 2 * 13 + 3 * 13) / 40 / 100, 12);
  });

  it("are corrected by Holm's procedure over all parts", () => {
    // 6 lost items: p = 2 · ½⁶ = 0.03125, below 0.05 alone and above it among three tests.
    const alone = compareWith({ score: loseItems(6) }, { judge: 'tests' });
    expect(verdicts(alone)['piqa']).toBe('regression');
    const noise = (nats: number, docId: number): number => nats + (docId % 2 === 0 ? 0.001 : -0.001);
    const score: NonNullable<ExampleOptions['score']> = (nats, place) =>
      place.task === 'piqa' ? loseItems(6)(nats, place) : noise(nats, place.docId);
    const among = compareWith({ score }, { judge: 'tests' });
    expect(among.parts.flatMap(({ tests }) => tests)).toHaveLength(3);
    const [test] = among.parts[0]!.tests;
    expect(test!.p).toBeCloseTo(0.03125, 12);
    expect(test!.adjusted).toBeCloseTo(0.09375, 12);
    expect(verdicts(among)['piqa']).toBe('changed');
  });

  it('decide where the items differ in number, over those that both have', () => {
    const fewer = compareWith({ items: 20 });
    expect(fewer.parts[0]).toMatchObject({ verdict: 'changed', items: { before: 40, after: 20, common: 20 } });
    expect(isFailure(fewer.verdict)).toBe(false);
    expect(verdicts(compareWith({ items: 39, score: loseItems(10) }))['piqa']).toBe('regression');
  });
});

describe('what cannot be compared', () => {
  it.each([
    ['data set', { datasetSha256: 'other' }],
    ['task version', { taskVersion: 2 }],
    ['BOS', { bos: 'never' }],
    ['window', { window: 64 }],
    ['seed', { seed: 1 }],
  ] as const)('is named: another %s', (what, row) => {
    const comparison = compareWith({ row });
    expect(comparison.verdict).toBe('incomparable');
    expect(isFailure(comparison.verdict)).toBe(true);
    expect(comparison.parts[0]!.changes).toEqual([expect.objectContaining({ what, protocol: true })]);
  });

  it('is two runs without a part in common, or without an item', () => {
    const other = compareWith({ row: { task: 'sciq' } });
    expect(other).toMatchObject({ verdict: 'regression', parts: [], missing: [{}, {}, {}], added: [{}, {}, {}] });
    expect(compareRuns({ ...baseline, parts: [] }, exampleRun('new'))).toMatchObject({ verdict: 'incomparable' });
    const shifted = exampleRun('new');
    const parts = shifted.parts.map((part) => ({
      ...part,
      items: part.items.map((item) => ({ ...item, docId: item.docId + 1000 })),
    }));
    expect(compareRuns(baseline, { ...shifted, parts }).verdict).toBe('incomparable');
  });
});

describe('what is around the numbers', () => {
  it('is reported as reasons, and decides nothing', () => {
    const comparison = compareWith({
      row: { modelSha256: 'new', engine: 'toy 2', interventions: [{ name: 'halve', version: 2, settings: {} }] },
      environment: { commit: 'd4e5f6', threads: 2 },
    });
    expect(comparison.verdict).toBe('equal');
    expect(comparison.parts[0]!.changes.map(({ what }) => what)).toEqual([
      'model content',
      'interventions',
      'plugin version',
      'engine',
    ]);
    expect(comparison.changes).toEqual([
      { what: 'commit', before: 'a1b2c3', after: 'd4e5f6', protocol: false },
      { what: 'threads', before: '1', after: '2', protocol: false },
    ]);
  });

  it('matches runs by what they were asked, where no label is in common', () => {
    const { parts, missing } = compareWith({ row: { label: 'Prune SW', model: 'other' }, score: loseItems(20) });
    expect(missing).toEqual([]);
    expect(parts.map(({ task, label }) => [task, label])).toEqual(
      ['piqa', 'lambada_openai', 'wikitext2'].map((task) => [task, 'Prune SW']),
    );
    expect(parts[0]).toMatchObject({ verdict: 'regression', changes: [{ what: 'model' }, { what: 'label' }] });
  });

  it('holds a missing part against the run, and an added one not', () => {
    const short = { ...baseline, parts: baseline.parts.slice(1) };
    expect(compareRuns(baseline, short)).toMatchObject({ verdict: 'regression', missing: [{ task: 'piqa' }] });
    expect(compareRuns(short, baseline)).toMatchObject({ verdict: 'equal', added: [{ task: 'piqa' }] });
  });

  it('matches parts of one name by their interventions', () => {
    const quantized = (bits: number): Partial<ExampleOptions> => ({
      row: { interventions: [{ name: 'quantize', version: 1, settings: { bits } }] },
    });
    const parts = [8, 4].map((bits) => exampleRun('x', quantized(bits)).parts[0]!);
    const both = { ...baseline, parts };
    const turned = { ...baseline, parts: parts.toReversed() };
    expect(compareRuns(both, turned).parts.map(({ changes }) => changes)).toEqual([[], []]);
  });
});

describe('speed and memory', () => {
  const timed = (matrixSpeed: number, peakMemory: number): ExampleOptions['environment'] => ({
    matrixSpeed,
    peakMemory,
  });
  const old = exampleRun('old', { environment: timed(100, 1000) });
  const compareTimed = (changes: ExampleOptions, options: Partial<CompareOptions> = {}): RunComparison =>
    compareRuns(old, exampleRun('new', changes), options);

  it('are relative to the calibration product of the same run', () => {
    // A machine half as fast that takes twice as long is as fast.
    const { speed, memory } = compareTimed({ row: { seconds: 2 }, environment: timed(50, 1100) });
    expect(speed).toMatchObject({ ratio: 1, isWithinBound: true });
    expect(memory).toMatchObject({ before: 1000, after: 1100, isWithinBound: true });
  });

  it('are warned of, and decide where that is asked for', () => {
    const slow = { row: { seconds: 2 }, environment: timed(100, 2000) };
    expect(compareTimed(slow)).toMatchObject({
      verdict: 'equal',
      speed: { ratio: 0.5, isWithinBound: false },
      memory: { ratio: 2, isWithinBound: false },
    });
    for (const resource of ['speed', 'memory'] as const)
      expect(compareTimed(slow, { failOn: [resource] }).verdict).toBe('regression');
  });

  it('are not compared where nothing was timed, or for too short a time', () => {
    expect(compareWith({})).not.toHaveProperty('speed');
    expect(compareTimed({ row: { seconds: 0.01 }, environment: timed(100, 1000) })).not.toHaveProperty('speed');
  });
});
