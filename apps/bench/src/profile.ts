/** Where the time of a run goes: onnxruntime's profile of every operator, beside the time from the first text to the last score. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { renderTable } from '@linchpin/report';
import { noProfile } from './errors.ts';

/** What one event of onnxruntime's profile says; durations are in microseconds. */
export interface ProfileEvent {
  readonly cat: string;
  readonly name: string;
  readonly dur: number;
  /** Of the events of nodes. */
  readonly operator?: string | undefined;
}

/** Seconds of a run, by what they went into. */
export interface ProfileSummary {
  /** Matrix products with weights, the output head among them. */
  readonly weightProducts: number;
  /** Products of activations with activations, and the operator that computes both of attention's with its softmax. */
  readonly attention: number;
  /** Every other operator. */
  readonly otherOperators: number;
  /** Inside a run of the session, and in no operator. */
  readonly betweenOperators: number;
  /** Outside of the session: reading, tokenizing, packing, and filing scores. */
  readonly host: number;
  /** Seconds of each of the other operators, the most expensive first. */
  readonly operators: readonly (readonly [string, number])[];
}

const weightOperators: ReadonlySet<string> = new Set([
  'Gemm',
  'FusedGemm',
  'MatMulInteger',
  'MatMulIntegerToFloat',
  'DynamicQuantizeMatMul',
]);
const attentionOperators: ReadonlySet<string> = new Set(['MatMul', 'FusedMatMul', 'Attention']);
const microsecond = 1e-6;

/** Sums the events of one session that was run for `seconds` in all. */
export function profileSummary(events: readonly ProfileEvent[], seconds: number): ProfileSummary {
  const operators = new Map<string, number>();
  let runs = 0;
  for (const { cat, name, dur, operator } of events) {
    if (cat === 'Session' && name === 'model_run') runs += dur * microsecond;
    if (cat !== 'Node' || operator === undefined || !name.endsWith('_kernel_time')) continue;
    operators.set(operator, (operators.get(operator) ?? 0) + dur * microsecond);
  }
  const sumOf = (isMeant: (operator: string) => boolean): number =>
    [...operators].reduce((sum, [operator, time]) => (isMeant(operator) ? sum + time : sum), 0);
  return {
    weightProducts: sumOf((operator) => weightOperators.has(operator)),
    attention: sumOf((operator) => attentionOperators.has(operator)),
    otherOperators: sumOf(isOther),
    betweenOperators: runs - sumOf(() => true),
    host: seconds - runs,
    operators: [...operators].filter(([operator]) => isOther(operator)).toSorted(([, a], [, b]) => b - a),
  };
}

function isOther(operator: string): boolean {
  return !weightOperators.has(operator) && !attentionOperators.has(operator);
}

/** An event as onnxruntime writes it. */
interface WrittenEvent extends Omit<ProfileEvent, 'operator'> {
  readonly args?: { readonly op_name?: string };
}

/** The events of the file that onnxruntime wrote when the session was released; its name begins with `prefix`. */
export async function readProfile(prefix: string): Promise<ProfileEvent[]> {
  const names = await readdir(dirname(prefix));
  const name = names.find((each) => each.startsWith(basename(prefix)) && each.endsWith('.json'));
  if (name === undefined) throw noProfile(prefix);
  const events = JSON.parse(await readFile(join(dirname(prefix), name), 'utf8')) as readonly WrittenEvent[];
  return events.map(({ args, ...event }) => ({ ...event, operator: args?.op_name }));
}

/** Other operators that are listed by themselves. */
const listed = 5;

/** Shares of the time, one column an execution. */
export function describeProfile(title: string, profiled: ReadonlyMap<string, ProfileSummary>): string {
  const lines: [string, (summary: ProfileSummary) => number][] = [
    ['matrix products with weights', ({ weightProducts }) => weightProducts],
    ['attention', ({ attention }) => attention],
    ['other operators', ({ otherOperators }) => otherOperators],
    ['between operators', ({ betweenOperators }) => betweenOperators],
    ['host: reading, tokenizing, packing, filing', ({ host }) => host],
  ];
  const summaries = [...profiled.values()];
  const rows = lines.map(([name, seconds]) => [name, ...summaries.map((each) => share(seconds(each), each))]);
  const dearest = summaries.map(({ operators }) => operators.slice(0, listed));
  for (let place = 0; place < listed; place++) {
    const cells = summaries.map((each, index) => {
      const operator = dearest[index]![place];
      return operator === undefined ? '' : `${operator[0]} ${share(operator[1], each)}`;
    });
    rows.push([place === 0 ? 'the dearest other operators' : '', ...cells]);
  }
  return renderTable({ columns: [`${title}: where the time goes`, ...profiled.keys()], rows });
}

function share(seconds: number, summary: ProfileSummary): string {
  const { weightProducts, attention, otherOperators, betweenOperators, host } = summary;
  const whole = weightProducts + attention + otherOperators + betweenOperators + host;
  return `${((100 * seconds) / whole).toFixed(1)} %`;
}
