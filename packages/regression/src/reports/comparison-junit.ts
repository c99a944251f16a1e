/** A comparison as JUnit XML, which dashboards of builds read: a test a part, one of speed and one of memory. */
import type { PartComparison, Resource, RunComparison } from '../comparison.ts';
import { isFailure } from '../compare-runs.ts';
import { flippedInWords } from './flipped-in-words.ts';
import { findingsOf, memoryInWords, partInWords, speedInWords } from './in-words.ts';
import { junitXml, type TestCase } from './junit-xml.ts';

const textLength = 400;

export function comparisonJunit(comparison: RunComparison): string {
  const cases = [
    ...comparison.parts.map((part) => partCase(part, comparison)),
    ...comparison.missing.map((part): TestCase => ({
      class: `${part.model} · ${part.label}`,
      name: part.task,
      failure: { type: 'missing', message: 'the baseline has it, the run has not' },
      output: '',
    })),
    ...resourceCase('speed', comparison),
    ...resourceCase('memory', comparison),
  ];
  return junitXml(cases, comparison.run.startedAt);
}

function partCase(part: PartComparison, { options }: RunComparison): TestCase {
  const findings = findingsOf(part, options.tolerance);
  const flipped = part.flipped.flatMap((item) => flippedInWords(item, textLength));
  const message = findings[0] ?? part.verdict;
  return {
    class: `${part.model} · ${part.label}`,
    name: part.task,
    ...(isFailure(part.verdict) ? { failure: { type: part.verdict, message } } : {}),
    output: [`${partInWords(part)}: ${part.verdict}`, ...findings, ...flipped].join('\n'),
  };
}

function resourceCase(resource: Resource, comparison: RunComparison): TestCase[] {
  const found = comparison[resource];
  if (found === undefined) return [];
  const message = (resource === 'speed' ? speedInWords : memoryInWords)(found, comparison);
  const fails = !found.isWithinBound && comparison.options.failOn.includes(resource);
  return [
    {
      class: 'resources',
      name: resource,
      ...(fails ? { failure: { type: 'resource', message } } : {}),
      output: message,
    },
  ];
}
