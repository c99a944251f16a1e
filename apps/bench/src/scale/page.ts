/** docs/performance.md, of which every number is a measurement or follows from one by the lines that stand beside it. */
import type { TaskCount } from './count-tasks.ts';
import { type ChartName, millisecondsOfRequest, millisecondsOfToken } from './charts.ts';
import {
  doublingEfficiency,
  llama7b,
  operationsOf,
  perplexityCount,
  speedOnCores,
  table1Rows,
  table1Windows,
  totalOperations,
  windowTokens,
} from './estimate.ts';
import type { ScalePoint, ScaleRecord } from './record.ts';

/** Dense 16-bit peak of NVIDIA's data sheets, in TFLOP/s. */
const gpus: Readonly<Record<string, number>> = { 'A100 SXM': 312, 'H100 SXM': 989 };

/** What large matrix products of 16 bits reach of the peak: an assumption, nothing of it is measured here. */
const shareOfPeak = 0.4;

const coresOfLarger = 16;

export function performancePage(record: ScaleRecord): string {
  return [
    '# Performance and scale',
    `Written by \`npm run bench:scale\` on ${record.date}: ${record.engine}, ${record.processor}, ${record.threads} threads. ` +
      'Do not edit. The models have random weights, which cost what others cost. Others may use the machine at the same ' +
      'time: what carries over are ratios and shapes, not seconds. "Share of a Gemm" is the speed of all products with weights over the ' +
      "whole time, tokenizing included, beside a plain float32 product's just before or behind. How the speed compares " +
      'with lm-evaluation-harness is measured by `npm run bench` ([EXPERIMENTS.md](../EXPERIMENTS.md)).',
    ...requestsSection(record),
    ...sizeSection(record),
    ...choicesSection(record),
    ...contextSection(record),
    ...(record.tasks.length === 0 ? [] : table1Section(record)),
    '',
  ].join('\n\n');
}

function requestsSection({ requests }: ScaleRecord): string[] {
  return [
    '## Number of requests',
    'Questions with two choices, 16 words and 4 words a choice, a model of 2 layers and 64 channels: what is measured is ' +
      'mostly the work around the model. The first batches include compiling the code.',
    table(
      ['requests', 'seconds', 'ms a request', 'tokens computed a request', 'peak memory, MiB'],
      requests.map((point) => [
        whole(point.requests),
        digits(point.seconds),
        digits(millisecondsOfRequest(point)),
        digits(point.tokensComputed / point.requests),
        megabytes(point),
      ]),
    ),
    chart('requests', 'Milliseconds a request and peak memory against the number of requests'),
  ];
}

function sizeSection({ sizes, threadCounts }: ScaleRecord): string[] {
  return [
    '## Size of the model',
    '20 questions with four choices, 64 words and 8 words a choice.',
    table(
      [
        'parameters',
        'execution',
        'threads',
        'seconds',
        'ms a request',
        'GFLOP/s',
        'share of a Gemm',
        'bytes a parameter',
      ],
      [...sizes, ...threadCounts].map((point) => [
        whole(point.x),
        point.execution,
        String(point.threads),
        digits(point.seconds),
        digits(millisecondsOfRequest(point)),
        digits(speedOf(point)),
        percent(speedOf(point) / point.gemm),
        digits(point.peakMemory / point.x),
      ]),
    ),
    chart('model-size', 'Milliseconds a request against parameters'),
  ];
}

function choicesSection({ choices }: ScaleRecord): string[] {
  return [
    '## Choices of a question',
    '96 words, 8 words a choice, 134M: the context is computed once, so that a request comes to cost what its choice costs.',
    table(
      ['choices', 'tokens asked for a request', 'tokens computed a request', 'ms a request', 'share of a Gemm'],
      choices.map((point) => [
        String(point.x),
        digits(point.tokensAsked / point.requests),
        digits(point.tokensComputed / point.requests),
        digits(millisecondsOfRequest(point)),
        percent(speedOf(point) / point.gemm),
      ]),
    ),
    chart('choices', 'Milliseconds a request against choices of a question'),
  ];
}

function contextSection({ contexts }: ScaleRecord): string[] {
  return [
    '## Length of a request',
    'Single requests of one length that share nothing but the BOS, 134M: products with weights cost the same for every token, attention grows with ' +
      'the length of a row.',
    table(
      ['tokens of a request', 'requests', 'ms a token', 'share of a Gemm', 'peak memory, MiB'],
      contexts.map((point) => [
        whole(point.x),
        whole(point.requests),
        digits(millisecondsOfToken(point)),
        percent(speedOf(point) / point.gemm),
        megabytes(point),
      ]),
    ),
    chart('context-length', 'Milliseconds a token against the length of a request'),
  ];
}

function table1Section(record: ScaleRecord): string[] {
  const counts = [...record.tasks, perplexityCount()];
  const row = totalOperations(counts, llama7b);
  return [
    "## LLaMA-7B's Table 1, by arithmetic",
    "Tokens are counted with LLaMA-2's tokenizer, which cuts as LLaMA's does, in the first items of every task, and scaled to the sizes " +
      `of the splits; perplexities are ${table1Windows.wikitext2} and ${table1Windows.c4} windows of ${windowTokens} tokens. ` +
      'An operation is a multiplication or an addition: two for every weight of a layer and token, two for every weight of the head and token whose ' +
      'distribution is read, and 4 × channels × layers for every pair of tokens in a row.',
    table(
      [
        'part',
        'items',
        'counted',
        'tokens asked for',
        'tokens computed',
        'distributions',
        'TFLOP, weights',
        'TFLOP, attention',
      ],
      counts.map((count) => countRow(count)),
    ),
    `One row of the table is ${digits(row / 1e15)} PFLOP, the ${table1Rows} rows ${digits((table1Rows * row) / 1e15)} PFLOP, ` +
      'for every row is another model. Computing every request by itself would be ' +
      `${digits(totalOperations(counts.map(unshared), llama7b) / row)} times as much.`,
    ...estimates(record, table1Rows * row),
  ];
}

function countRow(count: TaskCount): string[] {
  const { weights, attention } = operationsOf(count, llama7b);
  return [
    count.task,
    whole(count.items),
    whole(count.itemsCounted),
    whole(count.tokensAsked),
    whole(count.tokensComputed),
    whole(count.scoredTokens),
    whole(weights / 1e12),
    whole(attention / 1e12),
  ];
}

/** The same where no token is shared: attention stays out, whose rows would be others. */
function unshared(count: TaskCount): TaskCount {
  return { ...count, tokensComputed: count.tokensAsked };
}

function estimates(record: ScaleRecord, operations: number): string[] {
  const largest = Math.max(...record.sizes.map(({ x }) => x));
  const points = record.sizes.filter(({ x }) => x === largest);
  const float32 = points.find(({ execution }) => execution === 'float32')!;
  const single = record.threadCounts.find(({ threads }) => threads === 1) ?? float32;
  const scaling = { one: speedOf(single), all: speedOf(float32), threads: float32.threads };
  const efficiency = doublingEfficiency(scaling);
  const growth = speedOnCores(coresOfLarger, scaling) / scaling.all;
  const hours = (speed: number): string => digits(operations / (speed * 1e9) / 3600);
  return [
    `Speeds are those of the largest model above (${whole(largest)} parameters); larger models come nearer to a plain product. From one thread to ` +
      `${float32.threads} the speed grew ${digits(scaling.all / scaling.one)} times, so a doubling keeps ${percent(efficiency)}; ${coresOfLarger} cores ` +
      `are then ${digits(growth)} times as fast as this machine, if memory keeps up. A GPU is its peak by data sheet times ${shareOfPeak}: an ` +
      'assumption, this program has no GPU execution yet.',
    table(
      ['where', 'speed, GFLOP/s', 'hours for the table'],
      [
        ...points.map((point) => [`this machine, ${point.execution}`, whole(speedOf(point)), hours(speedOf(point))]),
        ...points.map((point) => [
          `${coresOfLarger} cores like these, ${point.execution}`,
          whole(speedOf(point) * growth),
          hours(speedOf(point) * growth),
        ]),
        ...Object.entries(gpus).map(([name, peak]) => {
          const speed = peak * 1000 * shareOfPeak;
          return [`${name}: ${peak} TFLOP/s × ${shareOfPeak}`, whole(speed), hours(speed)];
        }),
      ],
    ),
    'Hours are operations ÷ speed ÷ 3600. The speed is that of products with weights over the whole time, so that time for attention is ' +
      'counted once in the speed and once in the operations: the hours are a little more than it takes.',
  ];
}

function speedOf({ matrixFlops, seconds }: ScalePoint): number {
  return matrixFlops / seconds / 1e9;
}

function chart(name: ChartName, says: string): string {
  return `![${says}](performance/${name}.svg)`;
}

function table(headers: readonly string[], rows: readonly (readonly string[])[]): string {
  return [headers, headers.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Three digits that count, never as a power of ten. */
function digits(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude === 0 || magnitude >= 100) return whole(value);
  return value.toFixed(Math.max(0, 2 - Math.floor(Math.log10(magnitude))));
}

/** Thousands stand apart. */
function whole(value: number): string {
  return Math.round(value)
    .toString()
    .replaceAll(/\B(?=(?:\d{3})+$)/g, ' ');
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}

function megabytes({ peakMemory }: ScalePoint): string {
  return whole(peakMemory / 2 ** 20);
}
