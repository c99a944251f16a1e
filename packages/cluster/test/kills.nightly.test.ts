/** Workers that are killed at random moments and started again. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { env, execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { isWhole, mergeSources, planToText } from '@linchpin/cluster';
import { toyJob } from './toy-job.ts';
import { contentOf, toyPlan } from './toy-plan.ts';

const root = temporaryFolder();
const workers = 4;
const kills = 50;
const worker = fileURLToPath(new URL('toy-worker.ts', import.meta.url));

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
}

function start(index: number, folder: string): Running {
  const args = [
    'work',
    '--plan',
    join(root, 'plan.json'),
    '--out',
    join(folder, 'work'),
    '--shard',
    `${index}/${workers}`,
  ];
  const child = spawn(execPath, ['-C', '@linchpin/source', worker, ...args], {
    stdio: 'ignore',
    env: { ...env, TOY_MILLISECONDS: '15' },
  });
  return { child, ended: new Promise((resolve) => void child.once('close', resolve)) };
}

/** Numbers from 0 to 1 that are the same in every run of the test. */
function* fractions(): Generator<number, never> {
  for (let state = 1; ;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

it(
  `${kills} kills of ${workers} workers lose nothing, do nothing twice, and end with the same bytes`,
  { timeout: 600_000 },
  async () => {
    const plan = await toyPlan(join(root, 'planning'));
    writeFileSync(join(root, 'plan.json'), planToText(plan));
    await toyJob().run('toy', undefined, join(root, 'one'));
    const folder = join(root, 'killed');
    mkdirSync(folder);
    // How long a worker lives that nobody kills, so that kills fall into all of its life.
    const begun = performance.now();
    expect(await start(1, join(root, 'timed')).ended).toBe(0);
    const life = performance.now() - begun;
    const draw = fractions();
    const running = new Map<number, Running>();
    const begin = (index: number): void => void running.set(index, start(index, folder));
    for (let index = 1; index <= workers; index++) begin(index);
    for (let kill = 0; kill < kills; kill++) {
      await new Promise((resolve) => void setTimeout(resolve, (life * draw.next().value * 1.5) / workers));
      const index = 1 + Math.floor(draw.next().value * workers);
      const { child, ended } = running.get(index)!;
      child.kill('SIGKILL');
      await ended;
      begin(index);
    }
    const codes = await Promise.all([...running.values()].map(async ({ ended }) => await ended));
    expect(codes).toEqual([0, 0, 0, 0]);
    const merged = mergeSources({ sources: [join(folder, 'work')], store: join(folder, 'merged'), plan });
    expect(isWhole(merged)).toBe(true);
    expect(merged).toMatchObject({ close: 0, damaged: 0 });
    expect(contentOf(join(folder, 'merged'))).toBe(contentOf(join(root, 'one')));
    // Every batch is in the store of its worker before the next one begins, those of a window that is not at its end, too: a
    // kill costs the one at work.
    const computed = readFileSync(join(folder, 'computed')).length;
    const batches = merged.added + merged.same;
    expect(computed).toBeLessThanOrEqual(batches + kills);
  },
);

it('a worker whose disk is full says so, and goes on when it is not', { timeout: 120_000 }, async () => {
  const plan = await toyPlan(join(root, 'planning'));
  writeFileSync(join(root, 'plan.json'), planToText(plan));
  const folder = join(root, 'full');
  mkdirSync(folder);
  const args = ['work', '--plan', join(root, 'plan.json'), '--out', join(folder, 'work'), '--shard', '1/1'];
  // A limit on the size of a file stands for a disk without space left.
  const script = `ulimit -f 160; trap '' XFSZ; exec "$0" -C @linchpin/source "$@"`;
  const limited = spawnSync('bash', ['-c', script, execPath, worker, ...args], { encoding: 'utf8' });
  expect(limited.status).toBe(1);
  expect(limited.stderr).toMatch(/store\.sqlite: found .*(?:full|I\/O)/);
  expect(limited.stderr).toContain('on a disk with space left');
  const again = spawnSync(execPath, ['-C', '@linchpin/source', worker, ...args], { encoding: 'utf8' });
  expect(again.stderr).toMatch(/^[1-9]\d* of \d+ units are done already\n$/);
  const merged = mergeSources({ sources: [join(folder, 'work')], store: join(folder, 'merged'), plan });
  expect(isWhole(merged)).toBe(true);
});
