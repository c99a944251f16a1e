/**
 * `npm run -s bench:half -- …`: what half precision is worth on this processor. One product with weights of 4096 × 4096, of few rows as
 * where text is written and of many as where it is scored, in float32 and in both halves.
 */
import process, { stdout } from 'node:process';
import { isLinchpinError } from '@linchpin/errors';
import { renderTable } from '@linchpin/report';
import { describeProcessor, matrixSpeed, plainSession, type TimedProduct } from '@linchpin/runtime';
import { Command } from 'commander';
import { wholeNumber } from '../bench-flags.ts';
import { Failures } from '../failures.ts';

const types = ['float32', 'float16', 'bfloat16'] as const;

const { threads, rounds } = new Command('bench:half')
  .description('Times a matrix product in float32, float16 and bfloat16 on the CPU.')
  .option('--threads <N>', 'threads; OMP_NUM_THREADS or one a physical core when absent', wholeNumber)
  .option('--rounds <N>', 'types take turns so many times; the best of each counts', wholeNumber, 3)
  .parse()
  .opts<{ readonly threads?: number; readonly rounds: number }>();

const failures = new Failures();
await failures.attempt(async () => {
  const { name, features } = describeProcessor();
  const settings = plainSession({ threads });
  const lines = [];
  for (const rows of [1, 16, 128]) {
    const best = types.map(() => 0);
    for (let round = 0; round < rounds; round++)
      for (const [index, type] of types.entries())
        best[index] = Math.max(best[index]!, await speedOf({ rows, type }, settings));
    lines.push([String(rows), ...best.map((speed) => (Number.isNaN(speed) ? 'no kernel' : speed.toFixed(1)))]);
  }
  stdout.write(
    `${settings.engine}, ${settings.threads} of the threads of ${name}: ${features?.join(' ') ?? 'unknown'}\n`,
  );
  stdout.write(`GFLOP/s by rows\n${renderTable({ columns: ['rows', ...types], rows: lines })}\n`);
});
process.exitCode = failures.report();

/** NaN where there is no kernel. */
async function speedOf(product: TimedProduct, settings: ReturnType<typeof plainSession>): Promise<number> {
  try {
    return await matrixSpeed(settings, 6, product);
  } catch (error) {
    if (isLinchpinError(error) && error.problem.code === 'runtime/device-cannot') return Number.NaN;
    throw error;
  }
}
