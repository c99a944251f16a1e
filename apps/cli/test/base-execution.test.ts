/** `--execution split16` of the commands: what rows and captions say, and that no float32 result answers for it. */
import { join } from 'node:path';
import type { ResultRow } from '@linchpin/plugin-api';
import { areIntegersExact } from '@linchpin/runtime';
import { temporaryFolder } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { linchpin } from './run-in-process.ts';

/** Where the processor adds products of 8-bit integers up wrongly, sessions over them are refused. */
const isExact = await areIntegersExact();
const unless = isExact ? '' : ' (skipped: products of 8-bit integers are not exact on this processor)';

const root = temporaryFolder();
const cache = ['--cache', join(root, 'cache')];

async function run(args: readonly string[]) {
  const { code, stdout, stderr } = await linchpin([...args, ...cache]);
  expect({ code, stderr }).toEqual({ code: 0, stderr });
  return { stdout, stderr };
}

describe.skipIf(!isExact)(`linchpin perplexity --execution split16${unless}`, () => {
  const args = ['perplexity', '--corpus', 'wikitext2', '--windows', '1'];

  it('has other results than float32, which the store keeps apart', { timeout: 60_000 }, async () => {
    const store = ['--store', join(root, 'store')];
    const measure = async (execution: readonly string[]) => {
      const { stdout, stderr } = await run([...args, ...store, ...execution, '--json']);
      const [row] = JSON.parse(stdout) as ResultRow[];
      const remembered = stderr.includes('1 of 1 batches from the store');
      return { value: row!.value, execution: row!.execution, remembered };
    };
    const float32 = await measure([]);
    const split16 = await measure(['--execution', 'split16']);
    expect([float32, split16]).toMatchObject([
      { execution: 'float32', remembered: false },
      { execution: 'split16', remembered: false },
    ]);
    expect(split16.value).not.toBe(float32.value);
    expect(Math.abs(split16.value / float32.value - 1)).toBeLessThan(1e-3);
    // Said or not, float32 is float32.
    expect(await measure(['--execution', 'float32'])).toEqual({ ...float32, remembered: true });
    expect(await measure(['--execution', 'split16'])).toEqual({ ...split16, remembered: true });
  });

  it('says so beside the name of the model', async () => {
    const { stdout } = await run([...args, '--execution', 'split16']);
    expect(stdout).toContain('Model mini (products in split16) on the embedded mini data sets.');
  });
});

it.skipIf(!isExact)(
  `linchpin table 3 --execution split16 says that its row FP is not in float32${unless}`,
  { timeout: 60_000 },
  async () => {
    const out = ['--out', join(root, 'table'), '--limit', '1', '--calibration-samples', '2'];
    const { stdout } = await run(['table', '3', '--execution', 'split16', ...out]);
    expect(stdout).toContain(
      'Products with weights in split16 where a row does not execute them otherwise, those of the row FP too.',
    );
  },
);
