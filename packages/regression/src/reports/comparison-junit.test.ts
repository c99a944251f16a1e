import { create } from 'xmlbuilder2';
import { expect, it } from 'vitest';
import { exampleRun, loseItems } from '../../test/example-run.ts';
import { compareRuns } from '../compare-runs.ts';
import { comparisonJunit } from './comparison-junit.ts';

interface Suites {
  readonly testsuites: {
    readonly '@tests': string;
    readonly '@failures': string;
    readonly testsuite: { readonly testcase: readonly { readonly '@name': string; readonly failure?: unknown }[] };
  };
}

const read = (xml: string): Suites['testsuites'] => (create(xml).toObject() as unknown as Suites).testsuites;

const before = exampleRun('old', { environment: { matrixSpeed: 100, peakMemory: 2 ** 30 } });
const environment = { matrixSpeed: 400, peakMemory: 2 ** 31 };

it('is a test a part, one of speed and one of memory', () => {
  const comparison = compareRuns(before, exampleRun('new', { score: loseItems(8), environment }));
  const suites = read(comparisonJunit(comparison));
  expect(suites).toMatchObject({ '@tests': '5', '@failures': '1' });
  const cases = suites.testsuite.testcase;
  expect(cases.map((each) => each['@name'])).toEqual(['piqa', 'lambada_openai', 'wikitext2', 'speed', 'memory']);
  expect(cases[0]!.failure).toMatchObject({ '@type': 'regression', '@message': 'acc: 0.75 → 0.55 (30 → 22 right)' });
});

it('fails for a bound that decides, and for a part that is missing', () => {
  const run = exampleRun('new', { environment });
  const comparison = compareRuns(before, { ...run, parts: run.parts.slice(1) }, { failOn: ['memory'] });
  const failed = read(comparisonJunit(comparison)).testsuite.testcase.filter(({ failure }) => failure !== undefined);
  expect(failed).toMatchObject([
    { '@name': 'piqa', failure: { '@type': 'missing' } },
    { '@name': 'memory', failure: { '@type': 'resource' } },
  ]);
});

it('holds what XML cannot hold as a replacement character', () => {
  const run = exampleRun('new', { row: { label: 'a < b \u0001' } });
  const xml = comparisonJunit(compareRuns(run, run));
  expect(xml).toContain('classname="toy · a &lt; b \uFFFD"');
});
