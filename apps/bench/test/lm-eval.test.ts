/** The runner's side of lm-evaluation-harness, with a script of Node in Python's place. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { afterAll, describe, expect, it } from 'vitest';
import { miniFolder } from '@linchpin/datasets';
import { runLmEval } from '../src/lm-eval.ts';

const folder = mkdtempSync(join(tmpdir(), 'linchpin-bench-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Reports the threads that it was told as its version. */
const reporting = `
import { writeFileSync } from 'node:fs';
const { argv, env } = process;
const out = argv[argv.indexOf('--out') + 1];
const versions = { lm_eval: env.OMP_NUM_THREADS + ' and ' + env.MKL_NUM_THREADS };
writeFileSync(out + '/results.json', JSON.stringify({ versions, total: { seconds_scoring: 2 } }));
writeFileSync(out + '/requests.jsonl', '{"task":"piqa","doc_id":0,"choice":1,"loglikelihood":-3}');
`;

function run(script: string, python: string = execPath) {
  const file = join(folder, 'peer.mjs');
  writeFileSync(file, script);
  const work = { datasets: miniFolder, tasks: ['piqa'], items: 1 };
  return runLmEval({ model: folder, bos: 'always', threads: 1, work, python, script: file, batch: 8 });
}

describe('runLmEval', () => {
  it('gives the other program as many threads as ours', async () => {
    const { version, secondsScoring, logLikelihoods } = await run(reporting);
    expect(version).toBe('1 and 1');
    expect(secondsScoring).toBe(2);
    expect([...logLikelihoods]).toEqual([['piqa/0/1', -3]]);
  });

  it('says that it failed', async () => {
    await expect(run('process.exit(3)')).rejects.toMatchObject({ code: 'bench/peer-failed' });
  });

  it('says that there is no such program', async () => {
    await expect(run('', join(folder, 'python'))).rejects.toMatchObject({ code: 'bench/no-peer' });
  });
});
