/** The same command gives the same bits, whichever process runs it; docs/determinism.md says what else holds. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { linchpin } from './run-in-process.ts';
import { type Ended, linchpinProcess } from './run-linchpin.ts';

const root = temporaryFolder();

it('gives the same command the same bits', { timeout: 60_000 }, async () => {
  const samples = async (name: string, run: (args: readonly string[]) => Promise<Ended>): Promise<string> => {
    const file = join(root, `${name}.jsonl`);
    const args = ['--tasks', 'piqa,lambada_openai', '--limit', '5', '--quiet', '--threads', '2', '--samples', file];
    const { code, stderr } = await run(['evaluate', ...args]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return readFileSync(file, 'utf8');
  };
  const own = await samples('own process', linchpinProcess);
  expect(own).toContain('"loglikelihood":');
  expect(await samples('this process', linchpin)).toBe(own);
  expect(await samples('again', linchpin)).toBe(own);
});
