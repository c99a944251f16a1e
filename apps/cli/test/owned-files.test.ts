/** Copies of edited matrices lie in files where they are large: none is left, whatever the command is and however it ends. */
import { cpSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LayOptions } from '@linchpin/models';
import { repositoryRoot, temporaryFolder } from '@linchpin/testing';
import { beforeEach, expect, it, vi } from 'vitest';
import { linchpin, signalAt } from './run-in-process.ts';

/** Graphs with files of their own that were laid. */
const laid = vi.hoisted(() => ({ withFiles: 0 }));

// The embedded model is too small for files: every copy is to go there.
vi.mock('@linchpin/models', async (load) => {
  const models = await load<typeof import('@linchpin/models')>();
  const counted = <Graph extends { readonly removeFiles?: unknown }>(graph: Graph): Graph => {
    if (graph.removeFiles !== undefined) laid.withFiles++;
    return graph;
  };
  return {
    ...models,
    layCheckpoint: async (checkpoint: Parameters<typeof models.layCheckpoint>[0], options?: LayOptions) =>
      counted(await models.layCheckpoint(checkpoint, { ...options, mostCopiedBytes: 0 })),
    laySteps: async (checkpoint: Parameters<typeof models.laySteps>[0], options?: LayOptions) =>
      counted(await models.laySteps(checkpoint, { ...options, mostCopiedBytes: 0 })),
  };
});

const root = temporaryFolder();
const cache = join(root, 'cache');
const prune = ['--intervention', 'prune-outliers:{"fraction": 0.01}'];
const quiet = ['--quiet', '--cache', cache];

beforeEach(() => {
  laid.withFiles = 0;
});

function expectNoneLeft(): void {
  expect(laid.withFiles).toBeGreaterThan(0);
  expectNoFiles();
}

function expectNoFiles(): void {
  const edited = join(cache, 'edited');
  expect(existsSync(edited) ? readdirSync(edited, { recursive: true }) : []).toEqual([]);
}

it.each<[string, string[]]>([
  ['evaluate', ['--tasks', 'piqa,sciq', '--limit', '1', ...prune]],
  ['perplexity', ['--corpus', 'wikitext2', '--windows', '1', ...prune]],
  ['generate', ['--prompt', 'Once', '--max-tokens', '3', ...prune]],
  ['table 1', ['--limit', '1', '--out', join(root, 'table 1')]],
  ['figure 4', ['--out', join(root, 'figure 4')]],
  ['figure 7', ['--limit', '1', '--blocks', '32x32', '--out', join(root, 'figure 7')]],
  ['table 3', ['--limit', '1', '--windows', '1', '--out', join(root, 'table 3')]],
])('linchpin %s leaves none', { timeout: 300_000 }, async (command, args) => {
  const { code, stderr } = await linchpin([...command.split(' '), ...args, ...quiet]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expectNoneLeft();
});

// These change inputs of the graph, or matrices that are small whatever the model is.
it.each<[string, string[]]>([
  ['find', []],
  ['reproduce', ['--limit', '1', '--tables', '1', '--figures', '3', '--out', join(root, 'reproduce')]],
  ['sweep', ['--limit', '1', '--factors', '0,2', '--out', join(root, 'sweep')]],
  ['nightly', ['--limit', '1', '--windows', '1', '--out', join(root, 'nightly')]],
])('linchpin %s leaves none, too', { timeout: 300_000 }, async (command, args) => {
  vi.stubEnv('LINCHPIN_CACHE', cache);
  try {
    expect(await linchpin([command, ...args, '--quiet'])).toMatchObject({ code: 0, stderr: '' });
  } finally {
    vi.unstubAllEnvs();
  }
  expectNoFiles();
});

it('leaves none where the store answers in the place of the model', async () => {
  const store = ['--store', join(root, 'store')];
  const args = ['perplexity', '--corpus', 'wikitext2', '--windows', '1', ...prune, ...quiet, ...store];
  const computed = await linchpin(args);
  expectNoneLeft();
  expect(await linchpin(args)).toMatchObject({ code: 0, stdout: computed.stdout });
  expectNoneLeft();
});

it('leaves none after an error', { timeout: 60_000 }, async () => {
  const data = join(root, 'data');
  cpSync(join(repositoryRoot, 'datasets/mini'), data, { recursive: true });
  // A continuation of more tokens than the model takes cannot be scored, and there is no other item.
  const sentence = `The cat sat down and the _${' purred'.repeat(600)}.`;
  const row = { sentence, option1: 'cat', option2: 'dog', answer: '1' };
  writeFileSync(join(data, 'winogrande.validation.jsonl'), `${JSON.stringify(row)}\n`);
  const args = ['evaluate', '--tasks', 'piqa,winogrande', '--limit', '1', '--datasets', data, ...prune, ...quiet];
  const { code, stderr } = await linchpin(args);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('none of which can be scored') });
  expectNoneLeft();
});

it.each<['SIGINT' | 'SIGTERM', number]>([
  ['SIGINT', 130],
  ['SIGTERM', 143],
])('leaves none after %s', { timeout: 120_000 }, async (signal, expected) => {
  const out = ['--out', join(root, signal), '--cache', cache];
  const onStderr = signalAt('Prune Non-SW · arc_challenge', signal);
  const { code, stderr } = await linchpin(['table', '1', '--limit', '1', ...out], { onStderr });
  expect({ code, stderr }).toEqual({
    code: expected,
    stderr: expect.stringContaining('finished numbers are saved in'),
  });
  expectNoneLeft();
});
