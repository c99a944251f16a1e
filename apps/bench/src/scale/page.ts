/** docs/performance.md, of which every number is a measurement or follows from one by the lines that stand beside it. */
import { type ChartName, millisecondsOfRequest, millisecondsOfToken } from './charts.ts';
import { digits, megabytes, percent, table, whole } from './markdown.ts';
import { type ScalePoint, type ScaleRecord, speedOf } from './record.ts';
import { table1Section } from './table-1-section.ts';
import { isAtSpeed } from './take-series.ts';

export function performancePage(record: ScaleRecord): string {
  return [
    '# Performance and scale',
    `Written by \`npm run bench:scale\` on ${record.date}: ${record.engine}, ${record.processor}, ${record.threads} threads. ` +
      'Do not edit. The models have random weights, which cost what others cost. Others may use the machine at the same ' +
      'time: what carries over are ratios and shapes, not seconds. "Share of a Gemm" is the speed of all products with weights over the ' +
      "whole time, tokenizing included, beside a plain float32 product's, the mean of just before and behind. How the speed compares " +
      'with lm-evaluation-harness is measured by `npm run bench`, and what training costs beside torch by `npm run bench:train` ' +
      '([EXPERIMENTS.md](../EXPERIMENTS.md)).',
    ...requestsSection(record),
    ...sizeSection(record),
    ...choicesSection(record),
    ...contextSection(record),
    ...(record.tasks.length === 0 ? [] : table1Section(record)),
    ...devicesSection(),
    '',
  ].join('\n\n');
}

/** What no series of this page measures, and where it stands. */
function devicesSection(): string[] {
  return [
    '## Devices',
    'All above was measured on the CPU. Of the others:',
    table(
      ['device', 'measured', 'by arithmetic alone'],
      [
        [
          'CPU, half precision and stages',
          '[EXPERIMENTS.md](../EXPERIMENTS.md): casts around float32 kernels gain nothing; memory of 1, 4 and 8 stages',
          '',
        ],
        [
          "CPU, LLaMA-7B's shape",
          '[EXPERIMENTS.md](../EXPERIMENTS.md): seconds a token and memory of one item a task on 24 GiB',
          'hours of the whole table',
        ],
        [
          'WebGPU',
          'on SwiftShader, which computes on a CPU: that numbers, counts and copies are right ([devices](devices.md#checking-one)). Its seconds say nothing of a GPU',
          'everything else',
        ],
        [
          'CUDA, DirectML, CoreML',
          'nothing',
          'hours on an A100 and an H100 above, from data sheets and an assumed share of the peak',
        ],
      ],
    ),
    "LLaMA-7B's 6.74 thousand million weights take 13.5 GB in float16 and 27 GB in float32. Four fifths of a device of 16 GB are 12.8 GB: two stages in float16, " +
      'three in float32, each of which is uploaded once for all batches that wait for it. `scripts/device-check.sh` measures on a machine with a GPU what is missing here.',
  ];
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
        megabytes(point.peakMemory),
      ]),
    ),
    ...slowRemark(requests),
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
    ...slowRemark([...sizes, ...threadCounts], ({ x, execution }) => `${whole(x)} ${execution}`),
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
    ...slowRemark(choices),
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
        megabytes(point.peakMemory),
      ]),
    ),
    ...slowRemark(contexts),
    chart('context-length', 'Milliseconds a token against the length of a request'),
  ];
}

/** Which of a table's points do not compare with the others; nothing where all do. */
function slowRemark(points: readonly ScalePoint[], nameOf = ({ x }: ScalePoint): string => whole(x)): string[] {
  const slow = points.filter((point) => !isAtSpeed(point));
  if (slow.length === 0) return [];
  const each = slow.map(
    (point) => `${nameOf(point)} (a plain Gemm at ${percent(point.gemm / point.bestGemm)} of the best)`,
  );
  return [
    `Measured again and still while the machine was slower: ${each.join(', ')}. Such times do not compare with the others of the table; shares of a Gemm do.`,
  ];
}

function chart(name: ChartName, says: string): string {
  return `![${says}](performance/${name}.svg)`;
}
