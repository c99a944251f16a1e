/** The store behind the commands: fresh, warm and killed runs give the same files, and no model answers for another. */
import { randomInt } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { repositoryRoot, temporaryFolder } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { linchpin } from './run-in-process.ts';
import { linchpinProcess, startLinchpin } from './run-linchpin.ts';

const root = temporaryFolder();

/** A CSV file of numbers without the seconds, which alone may differ; they stand before the counts at the end. */
function withoutSeconds(file: string): string[] {
  const [header, ...lines] = readFileSync(file, 'utf8').split('\r\n');
  const names = header!.split(',');
  const fromEnd = names.length - names.indexOf('seconds');
  expect(names).toContain('seconds');
  return lines.map((line) => line.split(',').toSpliced(-fromEnd, 1).join(','));
}

describe('a table with a store', () => {
  const flags = ['--limit', '2', '--threads', '1', '--quiet'];
  const table = (store: readonly string[], out: string): string[] =>
    ['table', '1', '--out', join(root, out)].concat(flags, store);
  const expectEqual = (one: string, other: string): void => {
    const file = (out: string, name: string): string => join(root, out, name);
    expect(readFileSync(file(one, 'table-1.csv'))).toEqual(readFileSync(file(other, 'table-1.csv')));
    expect(withoutSeconds(file(one, 'table-1-numbers.csv'))).toEqual(
      withoutSeconds(file(other, 'table-1-numbers.csv')),
    );
  };

  it(
    'is the same without a store, at first, from the store, computed again, and after kills',
    { timeout: 300_000 },
    async () => {
      const store = ['--store', join(root, 'store')];
      expect(await linchpin(table(['--no-store'], 'none'))).toMatchObject({ code: 0 });
      const started = performance.now();
      // Of its own, as those that are killed are.
      expect(await linchpinProcess(table(store, 'cold'))).toMatchObject({ code: 0 });
      const cold = performance.now() - started;
      expect(await linchpin(table(store, 'warm'))).toMatchObject({ code: 0 });
      expect(await linchpin(table([...store, '--fresh'], 'again'))).toMatchObject({ code: 0 });
      for (const out of ['cold', 'warm', 'again']) expectEqual('none', out);

      const killed = ['--store', join(root, 'killed-store')];
      for (let kill = 0; kill < 3; kill++) {
        const { child, ended } = startLinchpin(table(killed, 'killed'));
        await Promise.race([wait(randomInt(Math.round(0.9 * cold))), ended]);
        child.kill('SIGKILL');
        await ended;
      }
      expect(await linchpin(table(killed, 'killed'))).toMatchObject({ code: 0 });
      expectEqual('none', 'killed');
    },
  );
});

const mini = join(repositoryRoot, 'models/mini');

/** A copy of the mini model, in which `edit` changes one thing. */
function editedMini(name: string, edit: (folder: string) => void): string {
  const folder = join(root, name);
  cpSync(mini, folder, { recursive: true });
  edit(folder);
  return folder;
}

function editText(file: string, edit: (text: string) => string): void {
  const text = readFileSync(file, 'utf8');
  const edited = edit(text);
  expect(edited).not.toBe(text);
  writeFileSync(file, edited);
}

/** Every request of an evaluation with its log-likelihood. */
async function samplesOf(model: string, store: readonly string[]): Promise<string> {
  const samples = join(root, 'samples.jsonl');
  const args = [
    '--tasks',
    'piqa',
    '--limit',
    '2',
    '--quiet',
    '--model',
    model,
    '--datasets',
    'mini',
    '--samples',
    samples,
  ];
  const { code, stderr } = await linchpin(['evaluate', ...args, ...store]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return readFileSync(samples, 'utf8');
}

describe('a cached result equals a fresh one', () => {
  const store = ['--store', join(root, 'shared-store')];
  const models: readonly [string, string][] = [
    ['as it is', mini],
    [
      'with one scalar changed',
      editedMini('scalar', (folder) => {
        const file = join(folder, 'model.safetensors');
        const bytes = readFileSync(file);
        const inData = 8 + Number(bytes.readBigUInt64LE()) + 2 * randomInt(1000);
        bytes[inData + 1]! ^= 0x02;
        writeFileSync(file, bytes);
      }),
    ],
    [
      'with two entries of the tokenizer changed',
      editedMini('tokenizer', (folder) =>
        editText(join(folder, 'tokenizer.json'), (text) => {
          const json = JSON.parse(text) as { model: { vocab: Record<string, number> } };
          const { vocab } = json.model;
          [vocab['e'], vocab['t']] = [vocab['t']!, vocab['e']!];
          return JSON.stringify(json);
        }),
      ),
    ],
    [
      'with one field of the config changed',
      editedMini('config', (folder) =>
        editText(join(folder, 'config.json'), (text) =>
          JSON.stringify({ ...(JSON.parse(text) as object), rms_norm_eps: 1e-4 }),
        ),
      ),
    ],
  ];

  it.each(models)('for the model %s', { timeout: 60_000 }, async (_, model) => {
    const fresh = await samplesOf(model, ['--no-store']);
    // The store knows the models before this one: it must not answer with theirs.
    expect(await samplesOf(model, store)).toBe(fresh);
    expect(await samplesOf(model, store)).toBe(fresh);
  });
});

it('moves a damaged store aside, and says where', { timeout: 60_000 }, async () => {
  const store = join(root, 'damaged-store');
  mkdirSync(store);
  writeFileSync(join(store, 'store.sqlite'), 'no database'.repeat(1000));
  const args = ['perplexity', '--corpus', 'wikitext2', '--windows', '1', '--store', store];
  const { code, stderr } = await linchpin(args);
  expect(code).toBe(0);
  const [, aside] = /store\.sqlite was damaged; it was moved to (\S+) and begun anew/.exec(stderr)!;
  expect(readFileSync(aside!, 'utf8')).toContain('no database');
  expect((await linchpin(args)).stderr).toMatch(/, 1 of 1 batches from the store$/m);
});
