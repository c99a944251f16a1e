/** What a step of a training takes, in time and memory, and what a table says of it. */
import { rm } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { type ExperimentResult, type Harness, type OpenedModel, original } from '@linchpin/harness';
import { resultInWords, type Table } from '@linchpin/report';
import { forgetPeak, peakMemory } from './peak-memory.ts';
import type { settingsOf, TuningPlan } from './tuning-options.ts';
import type { TuningRun } from './tuning-runs.ts';

const mebibyte = 2 ** 20;

export interface Cost {
  readonly label: string;
  /** Of the weights, from 0 to 1. */
  readonly share: number;
  /** Mean over the steps but the first, if there are several. */
  readonly seconds: number;
  /** Bytes; undefined where the system does not say. */
  readonly peak: number | undefined;
  readonly recompute: boolean;
}

export async function costOf(
  run: TuningRun,
  { harness, opened, plan }: { readonly harness: Harness; readonly opened: OpenedModel; readonly plan: TuningPlan },
): Promise<Cost> {
  const { learningRate, folder, heldOut: _, ...shared } = plan;
  const out = join(folder, 'cost');
  const times: number[] = [];
  const canMeasure = forgetPeak();
  let begun = performance.now();
  try {
    const { facts } = await harness.train(opened, {
      ...shared,
      method: run.method,
      interventions: original,
      learningRate: run.rate * learningRate,
      out,
      fresh: true,
      observer: {
        // What comes before the first step, the choice of blocks above all, is no part of it.
        onPlan() {
          if (canMeasure) forgetPeak();
          begun = performance.now();
        },
        onStep: () => void times.push(performance.now()),
      },
    });
    const peak = canMeasure ? peakMemory() : undefined;
    // The first step warms up, unless it is the only one.
    const [from, steps] = times.length > 1 ? [times[0]!, times.length - 1] : [begun, 1];
    const seconds = (times.at(-1)! - from) / 1000 / steps;
    return {
      label: run.label,
      share: facts.trained / facts.parameters,
      seconds,
      peak,
      recompute: facts.laying.recompute !== false,
    };
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

export interface CostMade {
  readonly title: string;
  readonly model: string;
  readonly settings: ReturnType<typeof settingsOf>;
  readonly trained: string;
}

export function costResult(costs: readonly Cost[], { title, model, settings, trained }: CostMade): ExperimentResult {
  const full = costs[0]!.seconds;
  const table: Table = {
    columns: [
      '',
      { header: 'trained %', decimals: 3 },
      { header: 's a step', decimals: 3 },
      { header: 'speed-up', decimals: 2 },
      { header: 'peak MiB', decimals: 0 },
      'activations',
    ],
    rows: costs.map(({ label, share, seconds, peak, recompute }) => [
      label,
      100 * share,
      seconds,
      full / seconds,
      peak === undefined ? null : peak / mebibyte,
      recompute ? 'recomputed' : 'kept',
    ]),
  };
  const caption = `Model ${model}: ${trained}, on ${cpus()[0]?.model ?? 'an unknown processor'}. Speed-up over full training on the same machine; peak memory is that of the whole process.`;
  const notes = [
    'The paper reports 14.6 times over full training, which it runs with its states offloaded, and 67 % less memory; neither is a comparison of computation alone, whose limit is about 2 times over full training and 1.5 times over LoRA.',
  ];
  return {
    table,
    numbers: [],
    artifact: {
      kind: 'table',
      title,
      model,
      settings,
      columns: [
        { header: 'trained', decimals: 3, unit: '%' },
        { header: 's a step', decimals: 3 },
        { header: 'speed-up', decimals: 2 },
        { header: 'peak MiB', decimals: 0 },
      ],
      rows: costs.map(({ label, share, seconds, peak }) => ({
        label,
        cells: [100 * share, seconds, full / seconds, peak === undefined ? null : peak / mebibyte].map((value) => ({
          value,
          numbers: [],
        })),
      })),
      numbers: [],
      notes,
      caption,
    },
    json: { costs },
    inWords: (files) => resultInWords({ table, remarks: [caption, ...notes], files: { Table: files.table } }),
  };
}
