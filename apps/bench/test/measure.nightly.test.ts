/** Measurements in processes of their own, on the mini model. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { miniFolder } from '@linchpin/datasets';
import { afterAll, describe, expect, it } from 'vitest';
import { measure } from '../src/measure.ts';
import { miniModel, writeCheckpoint } from '../src/set-up.ts';
import { hostShape } from '../src/shapes.ts';
import type { WorkloadOptions } from '../src/workload.ts';

const folder = mkdtempSync(join(tmpdir(), 'linchpin-bench-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const options: WorkloadOptions = {
  model: miniModel,
  work: { datasets: miniFolder, tasks: ['piqa', 'lambada_openai'], items: 3 },
  bos: 'always',
  batchTokens: 2048,
  execution: 'float32',
  encodedFolder: join(folder, 'encoded'),
  threads: 2,
};

describe('measure', () => {
  it('shares the items between sessions, which compute together what one does', async () => {
    const one = await measure(options);
    const two = await measure(options, 2);
    expect([one.sessions, two.sessions]).toEqual([1, 2]);
    expect(two.threads).toBe(1);
    expect(two.cost.requests).toBe(one.cost.requests);
    expect([...two.logLikelihoods.keys()].toSorted()).toEqual([...one.logLikelihoods.keys()].toSorted());
    // Float32 in another order of summation.
    for (const [key, value] of one.logLikelihoods) expect(two.logLikelihoods.get(key)).toBeCloseTo(value, 3);
    expect(one.peakMemory).toBeGreaterThan(4 * one.parameters);
  });

  it('computes as many tokens a request however many requests there are', async () => {
    const model = join(folder, 'host');
    await writeCheckpoint(model, hostShape, miniModel);
    const tokensOf = async (questions: number): Promise<number> => {
      const work = { questions, choices: 2, contextWords: 16, choiceWords: 4 };
      const { cost, logLikelihoods } = await measure({ ...options, model, work });
      expect(cost.requests).toBe(2 * questions);
      expect(logLikelihoods.size).toBe(0);
      return (cost.tokensComputed - cost.paddingTokens) / cost.requests;
    };
    // Words of the list are one token, or a few.
    expect((await tokensOf(300)) / (await tokensOf(50))).toBeCloseTo(1, 1);
  });

  it('says that a measuring process ended', async () => {
    const broken = { ...options, work: { ...options.work, datasets: join(folder, 'absent') } } as WorkloadOptions;
    await expect(measure(broken)).rejects.toMatchObject({ code: 'bench/measurement-failed' });
  });
});
