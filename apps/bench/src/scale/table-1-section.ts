/** What Table 1 would take for LLaMA-7B, by arithmetic. */
import type { TaskCount } from './count-tasks.ts';
import {
  doublingEfficiency,
  llama7b,
  operationsOf,
  perplexityCount,
  type Scaling,
  speedOnCores,
  table1Rows,
  table1Windows,
  totalOperations,
  windowTokens,
} from './estimate.ts';
import { digits, percent, table, whole } from './markdown.ts';
import { type ScaleRecord, speedOf } from './record.ts';

/** Dense 16-bit peak of NVIDIA's data sheets, in TFLOP/s. */
const gpus: Readonly<Record<string, number>> = { 'A100 SXM': 312, 'H100 SXM': 989 };

/** What large matrix products of 16 bits reach of the peak: an assumption, nothing of it is measured here. */
const shareOfPeak = 0.4;

const coresOfLarger = 16;

export function table1Section(record: ScaleRecord): string[] {
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
  // Int8 is an intervention: it changes the answers of which the table consists.
  const points = record.sizes.filter(({ x, execution }) => x === largest && execution !== 'int8');
  const float32 = points.find(({ execution }) => execution === 'float32')!;
  const single = record.threadCounts.find(({ threads }) => threads === 1) ?? float32;
  const scaling = { one: speedOf(single), all: speedOf(float32), threads: float32.threads };
  const growth = speedOnCores(coresOfLarger, scaling) / scaling.all;
  const hours = (speed: number): string => digits(operations / (speed * 1e9) / 3600);
  return [
    `Speeds are those of the largest model above (${whole(largest)} parameters), in the executions that the table can be run with (int8 ` +
      `changes answers); larger models come nearer to a plain product. ${assumedScaling(scaling)} ${coresOfLarger} cores are then ${digits(growth)} times as fast as this machine, ` +
      `in both executions and if memory keeps up: an assumption, none of it is measured. A GPU is its peak by data sheet times ${shareOfPeak}: an ` +
      'assumption too, no GPU was at hand.',
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

/** What is assumed of more cores, of which only the first doublings are measured. */
function assumedScaling(scaling: Scaling): string {
  const { one, all, threads } = scaling;
  if (threads === 1)
    return 'How speed grows with threads was not measured: it is taken to grow as they do, the most it can.';
  const grew = `From one thread to ${threads} float32 became ${digits(all / one)} times as fast`;
  if (all > one * threads)
    return (
      `${grew}, more than there are threads, as happens on a machine that others use too: the speed of one thread is taken to grow as ` +
      'the number of threads does, the most it can.'
    );
  return `${grew}: a doubling keeps ${percent(doublingEfficiency(scaling))}, and every further one is taken to keep as much.`;
}
