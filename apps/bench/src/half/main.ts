/**
 * `npm run -s bench:half -- …`: what half precision is worth on this processor. One product with weights of 4096 × 4096, of few rows as
 * where text is written and of many as where it is scored, in float32 and in both halves.
 */
import process, { stdout } from 'node:process';
import { isLinchpinError } from '@linchpin/errors';
import { renderTable } from '@linchpin/report';
import { describeProcessor, matrixSpeed, plainSession, type TimedProduct, threadsFor } from '@linchpin/runtime';
import { Command } from 'commander';
import { wholeNumber } from '../bench-flags.ts';
import { Failures } from '../failures.ts';

interface HalfFlags {
  readonly threads?: number;
  readonly rounds: number;
}

const types = ['float32', 'float16', 'bfloat16'] as const;
const rowCounts = [1, 16, 128];

const flags = new Command('bench:half')
  .description('Times a matrix product in float32, float16 and bfloat16 on the CPU.')
  .option('--threads <N>', 'threads; one a physical core when absent', wholeNumber)
  .option('--rounds <N>', 'types take turns so many times; the best of each counts', wholeNumber, 3)
  .parse()
  .opts<HalfFlags>();

const failures = new Failures();
await failures.attempt(async () => {
  const threads = threadsFor(flags.threads);
  const { name, features } = describeProcessor();
  const lines = [];
  for (const rows of rowCounts) {
    const speeds = await speedsOf(rows, threads);
    const [single] = speeds;
    lines.push([
      String(rows),
      ...speeds.map((speed) => speed?.toFixed(1) ?? 'no kernel'),
      ...speeds.slice(1).map((speed) => (speed === undefined ? '' : (speed / single!).toFixed(2))),
    ]);
  }
  const columns = ['rows', ...types, ...types.slice(1).map((type) => `${type} / float32`)];
  stdout.write(
    `${plainSession().engine}, ${threads} of the threads of ${name}: ${features?.join(' ') ?? 'unknown features'}\n`,
  );
  stdout.write(`GFLOP/s of a product with 4096 × 4096 weights\n${renderTable({ columns, rows: lines })}\n`);
});
process.exitCode = failures.report();

/** The best of the rounds, in the order of the types; undefined where there is no kernel. */
async function speedsOf(rows: number, threads: number): Promise<(number | undefined)[]> {
  const best: (number | undefined)[] = [];
  for (let round = 0; round < flags.rounds; round++)
    for (const [index, type] of types.entries()) {
      const speed = await speedOf({ rows, type }, threads);
      if (speed !== undefined) best[index] = Math.max(best[index] ?? 0, speed);
      else best[index] = undefined;
    }
  return best;
}

async function speedOf(product: TimedProduct, threads: number): Promise<number | undefined> {
  try {
    return await matrixSpeed(plainSession({ threads }), 6, product);
  } catch (error) {
    if (isLinchpinError(error) && error.problem.code === 'runtime/device-cannot') return undefined;
    throw error;
  }
}
