/** The numbers of a run as tables for a terminal. */
import { renderTable } from '@linchpin/report';
import type { ComparedRatio } from './baseline/compare-ratios.ts';
import type { Measured } from './baseline/ratios.ts';
import type { PeerResult } from './lm-eval.ts';
import type { Measurement } from './measure.ts';

/** What is measured and counted, one column an execution. */
export function describeMeasured(title: string, measured: readonly Measured[], distinct?: number): string {
  const lines: [string, (each: Measured) => string][] = [
    ['requests', ({ measurement: { cost } }) => String(cost.requests)],
    ['tokens asked for', ({ measurement: { cost } }) => String(cost.tokensAsked)],
    ['tokens computed, padding included', ({ measurement: { cost } }) => String(cost.tokensComputed)],
    ['tokens computed as prefixes', ({ measurement: { cost } }) => String(cost.prefixTokens)],
    ...(distinct === undefined ? [] : [timesDistinct(distinct)]),
    ['times fewer', ({ measurement: { cost } }) => (cost.tokensAsked / cost.tokensComputed).toFixed(2)],
    ['padding', ({ measurement: { cost } }) => percent(cost.paddingTokens / cost.tokensComputed)],
    [
      'distributions asked for, computed',
      ({ measurement: { cost } }) => `${cost.logitRowsAsked}, ${cost.logitRowsComputed}`,
    ],
    ['seconds to open', ({ measurement }) => measurement.secondsOpening.toFixed(1)],
    ['seconds to score', ({ measurement }) => measurement.secondsScoring.toFixed(1)],
    ['times as fast as float32', (each) => speedBeside(measured, each)],
    ['requests/s', ({ measurement }) => (measurement.cost.requests / measurement.secondsScoring).toFixed(1)],
    [
      'tokens computed/s',
      ({ measurement }) => (measurement.cost.tokensComputed / measurement.secondsScoring).toFixed(0),
    ],
    ['GFLOP/s of products with weights', ({ measurement }) => speedOf(measurement).toFixed(0)],
    ["of a plain Gemm's", (each) => `${percent(speedOf(each.measurement) / each.gemm)} of ${each.gemm.toFixed(0)}`],
    ['peak memory', ({ measurement }) => megabytes(measurement.peakMemory)],
    ['bytes per parameter', ({ measurement }) => (measurement.peakMemory / measurement.parameters).toFixed(1)],
  ];
  const rows = lines.map(([name, text]) => [name, ...measured.map((each) => text(each))]);
  return renderTable({ columns: [title, ...measured.map(({ execution }) => execution)], rows });
}

/** Of prompts: how many tokens are computed for each that has to be. */
function timesDistinct(distinct: number): [string, (each: Measured) => string] {
  return [
    `computed for each of ${distinct} distinct tokens`,
    ({ measurement: { cost } }) => (cost.tokensComputed / distinct).toFixed(3),
  ];
}

function speedBeside(measured: readonly Measured[], { measurement }: Measured): string {
  const float32 = measured.find(({ execution }) => execution === 'float32')?.measurement;
  return float32 === undefined ? '' : (float32.secondsScoring / measurement.secondsScoring).toFixed(2);
}

function speedOf({ matrixFlops, secondsScoring }: Measurement): number {
  return matrixFlops / secondsScoring / 1e9;
}

export interface Agreement {
  /** Largest relative difference of a log-likelihood. */
  readonly largest: number;
  /** Requests that the other program scored and we did not. */
  readonly missing: number;
}

export function agree(ours: Pick<Measurement, 'logLikelihoods'>, peer: Pick<PeerResult, 'logLikelihoods'>): Agreement {
  let largest = 0;
  let missing = 0;
  for (const [key, value] of peer.logLikelihoods) {
    const own = ours.logLikelihoods.get(key);
    if (own === undefined) missing++;
    else largest = Math.max(largest, Math.abs(own - value) / Math.max(1, Math.abs(value)));
  }
  return { largest, missing };
}

/** One line an execution, beside the other program's. */
export function describePeer(title: string, measured: readonly Measured[], peer: PeerResult): string {
  const rows = measured.map(({ execution, measurement }) => {
    const { largest, missing } = agree(measurement, peer);
    return [
      execution,
      measurement.secondsScoring.toFixed(1),
      `${(peer.secondsScoring / measurement.secondsScoring).toFixed(2)} times faster`,
      measurement.cpuSeconds.toFixed(1),
      `${(peer.cpuSeconds / measurement.cpuSeconds).toFixed(2)} times fewer`,
      megabytes(measurement.peakMemory),
      peer.peakMemory === undefined ? '' : `${(measurement.peakMemory / peer.peakMemory).toFixed(2)} of it`,
      `${largest.toExponential(1)}${missing > 0 ? `, ${missing} missing` : ''}`,
    ];
  });
  const name = `lm-eval ${peer.version} float32`;
  rows.push([
    name,
    peer.secondsScoring.toFixed(1),
    '',
    peer.cpuSeconds.toFixed(1),
    '',
    megabytes(peer.peakMemory),
    '',
    '',
  ]);
  return renderTable({
    columns: [title, 'seconds to score', '', 'CPU seconds', '', 'peak memory', '', 'largest relative difference'],
    rows,
  });
}

/** One session that has all threads, beside several that share them. */
export function describeSessions(one: Measurement, several: Measurement): string {
  const rows = [one, several].map(({ sessions, threads, secondsScoring, peakMemory }) => [
    String(sessions),
    String(threads),
    secondsScoring.toFixed(1),
    (one.secondsScoring / secondsScoring).toFixed(2),
    megabytes(peakMemory),
  ]);
  return renderTable({
    columns: ['sessions', 'threads each', 'seconds to score', 'times as fast', 'peak memory'],
    rows,
  });
}

/** That fewer sessions are compared than were asked for: every one needs an item of each task. */
export function describeFewerSessions(title: string, { asked, items }: { asked: number; items: number }): string {
  const compared = items < 2 ? 'sessions are not compared' : `${items} sessions instead of ${asked}`;
  const there = items === 1 ? 'is 1' : `are ${items}`;
  return `${title}: ${compared}, for each needs an item of its own (of running text, two windows), and there ${there}.`;
}

export function describeComparison(compared: readonly ComparedRatio[]): string {
  const rows = compared.map(({ name, before, now, bound, verdict }) => [
    name,
    digits(before),
    digits(now),
    digits(bound),
    verdict,
  ]);
  return renderTable({ columns: ['ratio', 'committed', 'now', 'worse beyond', ''], rows });
}

function digits(value: number | undefined): string {
  return value === undefined ? '' : value.toPrecision(3);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function megabytes(bytes: number | undefined): string {
  return bytes === undefined ? 'unknown' : `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}
