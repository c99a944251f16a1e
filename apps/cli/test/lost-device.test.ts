/**
 * A device that is lost in the middle of the work. It is simulated: the CPU computes what is opened for WebGPU, until a run throws what
 * WebGPU throws, and every run after it.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';
import { graphInputs } from '@linchpin/plugin-api';
import { findDevice } from '@linchpin/runtime';
import { temporaryFolder } from '@linchpin/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { linchpin } from './run-in-process.ts';
import { type Ended, expectRefusal } from './run-linchpin.ts';

interface Session {
  run(feeds: object): Promise<unknown>;
  release(): Promise<void>;
}

interface Sessions {
  create(model: Uint8Array, options: object): Promise<Session>;
}

const requireHere = createRequire(import.meta.url);
const requireThere = createRequire(requireHere.resolve('@linchpin/runtime/package.json'));
const { InferenceSession } = requireThere('onnxruntime-node') as { readonly InferenceSession: Sessions };

const root = temporaryFolder();
const isThere = findDevice('webgpu').needs!.platforms.includes(`${process.platform}-${process.arch}`);

/** Runs of models that were computed, and at how many of them the device is lost. */
let computed: number;
let lostAt: number;

beforeEach(() => {
  [computed, lostAt] = [0, Infinity];
  const create = InferenceSession.create.bind(InferenceSession);
  vi.spyOn(InferenceSession, 'create').mockImplementation(async (model, options) => {
    const session = await create(model, { ...options, executionProviders: ['cpu'] });
    const run = session.run.bind(session);
    session.run = async (feeds) => {
      if (!(graphInputs.tokenIds in feeds)) return await run(feeds);
      if (computed >= lostAt) throw new Error('Failed to download data from buffer. wgpu::MapAsyncStatus value: 3');
      computed++;
      return await run(feeds);
    };
    const release = session.release.bind(session);
    session.release = async () => {
      await release();
      if (computed >= lostAt) throw new Error('what a lost device holds cannot be freed');
    };
    return session;
  });
});
afterEach(() => vi.restoreAllMocks());

/** The command as it ends, and the runs that it took. */
async function counted(args: readonly string[], losing = Infinity): Promise<{ ended: Ended; runs: number }> {
  [computed, lostAt] = [0, losing];
  const ended = await linchpin([...args, '--device', 'webgpu', '--threads', '1']);
  return { ended, runs: computed };
}

const says = ['device webgpu', 'lost in the middle of the work', 'Run the same command again'];

describe.skipIf(!isThere)(
  `a device that is lost${isThere ? '' : ': skipped, WebGPU is not made for this system'}`,
  () => {
    it('ends a table with the numbers that are done; the same command goes on from the store', async () => {
      const table = (name: string): string[] => {
        const folders = ['--out', join(root, name), '--store', join(root, name, 'store')];
        return ['table', '1', '--limit', '1', '--windows', '1', ...folders];
      };
      const whole = await counted(table('whole'));
      expect(whole.ended).toMatchObject({ code: 0 });

      const first = await counted(table('lost'), 12);
      const partial = join(root, 'lost', 'table-1-numbers.partial.csv');
      expectRefusal(first.ended, ...says, `finished numbers are saved in ${partial}`);
      expect(readFileSync(partial, 'utf8')).toContain(',webgpu,');

      const second = await counted(table('lost'));
      expect(second.ended).toMatchObject({ code: 0 });
      expect(first.runs).toBe(12);
      expect(first.runs + second.runs).toBe(whole.runs);
      const written = (name: string): string => readFileSync(join(root, name, 'table-1.csv'), 'utf8');
      expect(written('lost')).toBe(written('whole'));
    });

    it('ends an evaluation with the tasks that are finished', async () => {
      const csv = join(root, 'rows.csv');
      const evaluate = [
        'evaluate',
        '--tasks',
        'piqa,sciq',
        '--limit',
        '2',
        '--csv',
        csv,
        '--store',
        join(root, 'store'),
      ];
      const first = await counted(evaluate, 1);
      expect(first.ended).toMatchObject({ code: 2, stdout: expect.stringMatching(/^piqa +\d+ +acc /m) });
      for (const text of [...says, `piqa finished and saved in ${csv}`]) expect(first.ended.stderr).toContain(text);
      expect(readFileSync(csv, 'utf8')).not.toContain('sciq');

      const second = await counted(evaluate);
      expect(second.ended).toMatchObject({ code: 0 });
      expect(second.runs).toBeGreaterThan(0);
      expect(second.ended.stderr).toContain('1 of 1 batches from the store');
      expect(readFileSync(csv, 'utf8')).toContain('sciq');

      // What one device gave never answers for another.
      const onCpu = await linchpin([...evaluate, '--device', 'cpu', '--threads', '1']);
      expect(onCpu).toMatchObject({ code: 0, stderr: expect.not.stringContaining('from the store') });
    });
  },
);
