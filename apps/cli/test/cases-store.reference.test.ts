/**
 * A store, and a model whose weights were replaced by others with the same size, time and name. Values:
 * lm-evaluation-harness 0.4.13 with transformers 5.23.0 in float32.
 */
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describeShared, readSharedJson, sharedPath, temporaryFolder } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { linchpin } from './run-in-process.ts';

const folder = 'cases/store-answers-for-another-model';
/** Kernels sum in another order than torch; the values are given with four digits. */
const tolerance = 1e-3;

describeShared('a store, and weights replaced in place', [folder], () => {
  const work = temporaryFolder();
  const [model, samples] = [join(work, 'model'), join(work, 'samples.jsonl')];

  it('answers for the weights that are there now', async () => {
    const original = sharedPath(join(folder, 'model'));
    mkdirSync(model);
    for (const name of readdirSync(original)) writeFileSync(join(model, name), readFileSync(join(original, name)));
    await expectAnswers('model/model.safetensors', 'expected-first.json');
    await expectAnswers('other.safetensors', 'expected-second.json');
  });

  /** Twice: the second time by the hash that the first has kept, and by the store. */
  async function expectAnswers(weights: string, expected: string): Promise<void> {
    const file = join(model, 'model.safetensors');
    const fixed = new Date('2024-01-01T00:00:00Z');
    writeFileSync(file, readFileSync(sharedPath(join(folder, weights))));
    utimesSync(file, fixed, fixed);
    await setTimeout(2100); // then a change gets another time, so that the hash is kept
    for (let run = 0; run < 2; run++) {
      const what = ['--model', model, '--datasets', sharedPath(join(folder, 'data')), '--tasks', 'piqa'];
      const flags = ['--store', join(work, 'store'), '--samples', samples, '--quiet'];
      expect(await linchpin(['evaluate', ...what, ...flags])).toMatchObject({ code: 0, stderr: '' });
      const answers = logLikelihoods(readFileSync(samples, 'utf8').trim().split('\n').map(parse));
      for (const [index, answer] of logLikelihoods(readSharedJson(join(folder, expected))).entries())
        expect(Math.abs(answers[index]! - answer)).toBeLessThan(tolerance);
    }
  }
});

const parse = (line: string): unknown => JSON.parse(line);

function logLikelihoods(requests: unknown): number[] {
  return (requests as { loglikelihood: number }[]).map(({ loglikelihood }) => loglikelihood);
}
