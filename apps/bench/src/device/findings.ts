/** What a device was found to be, beside the CPU. */
import type { ProductType, ResultRow } from '@linchpin/plugin-api';
import type { DeviceFinding } from '@linchpin/runtime';

export interface Check {
  readonly what: string;
  readonly found: string;
  readonly expected: string;
  readonly isPassed: boolean;
}

export interface Speed {
  readonly model: string;
  readonly device: string;
  /** What products with weights are computed in. */
  readonly dtype: ProductType;
  readonly secondsOpening: number;
  /** The same requests in every line of a model; tokenizing counts in our time. */
  readonly secondsScoring: number;
  /** Computed ones: without sharing they are more for the same requests. */
  readonly tokensPerSecond: number;
  readonly gigaflops?: number;
  /** Resident memory of the process, in bytes; a device's own is not in it. */
  readonly peakMemory: number;
}

export interface DeviceFindings {
  readonly engine: string;
  readonly processor: string;
  readonly devices: readonly DeviceFinding[];
  readonly checks: readonly Check[];
  readonly speeds: readonly Speed[];
}

/**
 * Relative to a log-likelihood, or to a perplexity. Float32: sums in another order. Half precision: twenty roundings one behind the other
 * of operands and results, of 2⁻¹¹ and 2⁻⁸; no device has been measured yet.
 */
const tolerances: Readonly<Record<ProductType, number>> = {
  float32: 1e-4,
  float16: 20 * 2 ** -11,
  bfloat16: 20 * 2 ** -8,
};

/** Accuracies are counts, which have to be equal; other metrics may differ by rounding. */
export function checkRows(cpu: readonly ResultRow[], device: readonly ResultRow[]): Check[] {
  return cpu.map((row, index) => {
    const other = device[index];
    const isCount = row.metric.startsWith('acc');
    const what = `${row.label}, ${row.task}, ${row.metric}`;
    if (other === undefined || other.task !== row.task || other.metric !== row.metric)
      return { what, found: 'no such number', expected: String(row.value), isPassed: false };
    const distance = Math.abs(other.value - row.value) / Math.max(1, Math.abs(row.value));
    return {
      what,
      found: String(other.value),
      expected: isCount ? String(row.value) : `${row.value} within ${tolerances.float32}`,
      isPassed: isCount ? other.value === row.value : distance <= tolerances.float32,
    };
  });
}

/** Of a model whose products the device computed in a type, beside the CPU's in float32. */
export function checkLikelihoods(
  { model, dtype }: { readonly model: string; readonly dtype: ProductType },
  cpu: ReadonlyMap<string, number>,
  device: ReadonlyMap<string, number>,
): Check {
  const tolerance = tolerances[dtype];
  let largest = 0;
  for (const [request, value] of cpu) {
    const other = device.get(request) ?? Number.NaN;
    const distance = Math.abs(other - value) / Math.max(1, Math.abs(value));
    largest = Number.isNaN(distance) ? Infinity : Math.max(largest, distance);
  }
  return {
    what: `${model}, ${dtype}: ${cpu.size} log-likelihoods`,
    found: `largest relative difference ${largest.toExponential(1)}`,
    expected: `at most ${tolerance.toPrecision(2)}`,
    isPassed: cpu.size > 0 && cpu.size === device.size && largest <= tolerance,
  };
}

export function markdownOf({ engine, processor, devices, checks, speeds }: DeviceFindings): string {
  const there = devices.map(
    ({ name, engine: found, problem }) => `| ${name} | ${found ?? problem?.message.replaceAll('|', '\\|') ?? ''} |`,
  );
  const wrong = checks.filter(({ isPassed }) => !isPassed);
  const lines = speeds.map((speed) => {
    const base = speeds.find(({ model, device }) => model === speed.model && device === 'cpu')!;
    const cells = [
      speed.model,
      speed.device,
      speed.dtype,
      speed.secondsOpening.toFixed(1),
      speed.secondsScoring.toFixed(1),
      speed.tokensPerSecond.toFixed(0),
      speed.gigaflops?.toFixed(0) ?? '–',
      (base.secondsScoring / speed.secondsScoring).toFixed(2),
      (speed.peakMemory / 2 ** 20).toFixed(0),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    `# ${engine}`,
    `Beside ${processor}.`,
    ['| device | |', '| --- | --- |', ...there].join('\n'),
    `${checks.length - wrong.length} of ${checks.length} checks passed.`,
    wrong.map(({ what, found, expected }) => `- **${what}**: found ${found}; expected ${expected}`).join('\n'),
    speeds.length === 0
      ? ''
      : [
          '| model | device | products in | seconds to open | seconds | tokens/s | GFLOP/s | times as fast as the CPU | MiB of the process |',
          '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
          ...lines,
        ].join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}
