/** `npm run -s bench:cluster`: divides and merges a plan of a hundred thousand cells, and writes the page of it in docs. */
import { spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import process, { execPath, stderr } from 'node:process';
import { fileURLToPath } from 'node:url';
import { type Plan, planFromText, planToText, syntheticPlan } from '@linchpin/cluster';
import { type FigureData, figureToSvg, makeFolder, writeFileAtomically } from '@linchpin/report';
import { digits, table, whole } from '../scale/markdown.ts';
import { temporaryFolder } from '../set-up.ts';
import { simulate, type Simulated } from './simulate.ts';

const docs = fileURLToPath(new URL('../../../../docs', import.meta.url));
const sizes = { models: 500, chains: 20, tasks: 10 };
const workers = [1, 10, 100, 1000];

const begun = performance.now();
const plan = syntheticPlan(sizes);
const text = planToText(plan);
const written = performance.now();
planFromText(text, 'plan');
const read = performance.now();
stderr.write(`${plan.cells.length} cells made and written in ${digits((written - begun) / 1000)} s\n`);
const rows = workers.map((count) => simulate(plan, count));
const folder = await temporaryFolder('linchpin-bench-cluster-');
const merges = [1000, 10_000, 100_000].map((cells) => mergeMany(cells, join(folder, String(cells))));
await rm(folder, { recursive: true, force: true });
await makeFolder(join(docs, 'cluster'));
await writeFileAtomically(join(docs, 'cluster', 'makespan.svg'), await figureToSvg(chart(rows)));
await writeFileAtomically(join(docs, 'cluster', 'simulation.md'), page(plan));

interface Merged {
  readonly cells: number;
  readonly seconds: number;
  readonly mebibytesBefore: number;
  readonly mebibytes: number;
}

/** A process of its own: what it takes at most is what the merge takes. */
function mergeMany(cells: number, place: string): Merged {
  stderr.write(`merging ${cells} cells\n`);
  const script = fileURLToPath(new URL('merge-many.ts', import.meta.url));
  const args = ['-C', '@linchpin/source', script, String(cells), place];
  const { status, stdout, stderr: said } = spawnSync(execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status !== 0) stderr.write(said);
  process.exitCode ||= status ?? 1;
  return JSON.parse(stdout) as Merged;
}

function chart(points: readonly Simulated[]): FigureData {
  const line = (label: string, y: (point: Simulated) => number): FigureData['panels'][number]['series'][number] => ({
    label,
    points: points.map((point) => ({ x: point.workers, y: y(point) })),
  });
  return {
    title: 'The longest shard against the earliest possible end',
    panels: [
      {
        title: 'Makespan in terms of the bound',
        x: { label: 'Workers', log: true },
        y: { label: 'Makespan ÷ lower bound' },
        series: [
          line('by batches, models together', ({ makespan, bound }) => makespan / bound),
          line('whole cells, longest first', ({ longestFirst, bound }) => longestFirst / bound),
        ],
      },
      {
        title: 'Models that a worker opens, mean',
        x: { label: 'Workers', log: true },
        y: { label: 'Models', log: true },
        series: [
          line('by batches, models together', ({ models }) => models[0]),
          line('whole cells, longest first', ({ modelsLongestFirst }) => modelsLongestFirst[0]),
        ],
      },
    ],
  };
}

function page({ cells }: Plan): string {
  const header = [
    'workers',
    'lower bound, h',
    'longest shard, h',
    'beyond the bound',
    'whole cells, longest first, h',
    'models a worker: mean (most)',
    'with whole cells',
    'divided in, ms',
  ];
  const lines = rows.map((row) => [
    whole(row.workers),
    hours(row.bound),
    hours(row.makespan),
    `${((100 * row.makespan) / row.bound - 100).toFixed(2)} %`,
    hours(row.longestFirst),
    counts(row.models),
    counts(row.modelsLongestFirst),
    whole(row.milliseconds),
  ]);
  const merged = merges.map(({ cells: count, seconds, mebibytesBefore, mebibytes }) => [
    whole(count),
    digits((1000 * seconds) / count),
    whole(mebibytesBefore),
    whole(mebibytes),
  ]);
  return `# Work on many machines, simulated

Written by \`npm run bench:cluster\` on ${cpus()[0]?.model ?? 'unknown'}. Do not edit. A plan of ${whole(cells.length)} cells (${sizes.models} models from 0.1 to 13 billion weights × ${sizes.chains} chains × ${sizes.tasks} tasks of the sizes of Table 1's) is divided and merged; nothing of it is computed. Hours are those of machines with the speed of [the page of performance](../performance.md) (374 GFLOP/s). The plan is ${whole(text.length / 2 ** 20)} MiB of text, and is read and checked in ${digits((read - written) / 1000)} s.

## Division

The lower bound is the total cost by the number of workers, or the longest unit: no division ends earlier.

${table(header, lines)}

![The longest shard in terms of the lower bound, and models that a worker opens](makespan.svg)

Whole cells, the longest first, each to the worker with the least, is what schedulers do that cannot cut a cell. It comes near the bound, too, and lets every worker open nearly every model: reading and checking them is not part of the hours.

## Merge

One batch of 16 scored tokens a cell, in files of 1000 cells, into an empty store. The memory before the merge is that of Node, the program, and the plan.

${table(['cells', 'ms a cell', 'MiB before', 'MiB at most'], merged)}
`;
}

function hours(seconds: number): string {
  return digits(seconds / 3600);
}

function counts([mean, most]: readonly [number, number]): string {
  return `${digits(mean)} (${most})`;
}
