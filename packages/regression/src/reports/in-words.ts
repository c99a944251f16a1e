/** What a comparison found, in the words that all of its reports share. */
import type {
  Change,
  MetricComparison,
  PairedTest,
  PartComparison,
  PartName,
  RequestComparison,
  ResourceComparison,
  RunComparison,
  Verdict,
} from '../comparison.ts';

export const marks: Readonly<Record<Verdict, string>> = {
  equal: '=',
  improvement: '+',
  changed: '~',
  incomparable: '?',
  regression: '✗',
};

/** What the verdict on a whole run means. */
export const meanings: Readonly<Record<Verdict, string>> = {
  equal: 'The numbers are those of the baseline.',
  improvement: 'Something is better than in the baseline, and nothing worse.',
  changed: 'Numbers changed, and no test finds them better or worse.',
  incomparable: 'Parts of the run answer other questions than the baseline: make a new baseline.',
  regression: 'The run is not what the baseline was.',
};

export function partInWords({ model, label, task }: PartName): string {
  return `${model} · ${label} · ${task}`;
}

/** Everything about a part but its flipped items, a line each; without the settings of equal parts. */
export function findingsOf(part: PartComparison, tolerance: number): string[] {
  return [
    ...part.metrics.filter(({ isEqual }) => !isEqual).map(metricInWords),
    ...(part.items.before === part.items.after && part.items.common === part.items.after
      ? []
      : [`items: ${part.items.before} → ${part.items.after}, of which ${part.items.common} are in both`]),
    ...requestsInWords(part.requests, tolerance),
    ...part.tests.map(testInWords),
    ...(part.verdict === 'equal' ? [] : part.changes.map(changeInWords)),
  ];
}

function metricInWords({ metric, before, after, correctBefore, correctAfter }: MetricComparison): string {
  const counts = correctBefore === null || correctAfter === null ? '' : ` (${correctBefore} → ${correctAfter} right)`;
  return `${metric}: ${digits(before)} → ${digits(after)}${counts}`;
}

function requestsInWords({ compared, beyond, largest }: RequestComparison, tolerance: number): string[] {
  if (largest === undefined) return [];
  const place = `item ${largest.docId}, request ${largest.request}: ${nats(largest.before, 6)} → ${nats(largest.after, 6)}`;
  const count = `${beyond} of ${compared} differ by more than ${tolerance}`;
  return [`log-likelihoods: ${count}; the largest difference is ${digits(largest.difference)} (${place})`];
}

function testInWords(test: PairedTest): string {
  const direction = test.isWorse ? 'worse' : 'better';
  const p = `p = ${digits(test.p)}, ${digits(test.adjusted)} after Holm's correction`;
  return test.test === 'mcnemar'
    ? `McNemar's test of ${test.metric}: ${test.onlyBefore} right only before, ${test.onlyAfter} only now (${p})`
    : `paired t test of ${test.metric}: ${digits(test.meanDifference ?? NaN)} nats a prediction, ${direction} (${p})`;
}

function changeInWords({ what, before, after, protocol }: Change): string {
  const consequence = protocol ? '; numbers under the two cannot be compared' : '';
  return `${what} changed: ${shortened(before)} → ${shortened(after)}${consequence}`;
}

/** What is not about single parts, a line each. */
export function surroundingsOf(comparison: RunComparison): string[] {
  const { baseline, run, missing, added, changes, speed, memory } = comparison;
  const unfinished = [baseline, run].filter(({ status }) => status !== 'finished');
  const settings = comparison.parts.flatMap((part) => (part.verdict === 'equal' ? part.changes : []));
  return [
    ...unfinished.map(({ id, status }) => `${id} is not a finished run (${status})`),
    ...missing.map((part) => `missing: ${partInWords(part)}`),
    ...added.map((part) => `new: ${partInWords(part)}`),
    ...new Set([...changes, ...settings].map(changeInWords)),
    ...(speed === undefined ? [] : [speedInWords(speed, comparison)]),
    ...(memory === undefined ? [] : [memoryInWords(memory, comparison)]),
  ];
}

export function speedInWords({ ratio, isWithinBound }: ResourceComparison, { options }: RunComparison): string {
  const bound = isWithinBound ? '' : `, below the bound of ${options.leastSpeed}`;
  return `speed: ${ratio.toFixed(2)} × the baseline's, in terms of a plain product of the same run${bound}`;
}

export function memoryInWords(
  { before, after, ratio, isWithinBound }: ResourceComparison,
  { options }: RunComparison,
): string {
  const [old, now] = [before, after].map((bytes) => `${(bytes / 2 ** 20).toFixed(0)} MiB`);
  const bound = isWithinBound ? '' : `, above the bound of ${options.mostMemory}`;
  return `memory: ${old} → ${now}, ${ratio.toFixed(2)} × the baseline's${bound}`;
}

/** Four significant digits. */
function digits(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : String(value);
}

/** `decimals` of log-likelihoods that differ little must be many. */
export function nats(value: number | null, decimals = 4): string {
  return value === null ? 'no score' : value.toFixed(decimals);
}

const longest = 120;

/** Hashes and settings need not be read to their end. */
function shortened(text: string): string {
  if (/^[0-9a-f]{64}$/.test(text)) return `${text.slice(0, 12)}…`;
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
