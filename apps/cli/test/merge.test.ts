/** `linchpin merge` on the embedded model, which is stored in half precision. */
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { linchpin } from './run-in-process.ts';
import { expectRefusal } from './run-linchpin.ts';

const root = temporaryFolder();
const prune = ['--intervention', 'prune-super-weight'];
const writing = ['generate', '--quiet', '--prompt', 'Once upon a time', '--max-tokens', '8'];

it('writes a checkpoint that writes what the intervention lets the model write', async () => {
  const out = join(root, 'pruned');
  const { code, stdout } = await linchpin(['merge', ...prune, '--out', out]);
  expect(code).toBe(0);
  expect(stdout).toContain(`Checkpoint: ${out}. Changed: 1 of 74 tensors, written in F32.`);
  expect(readdirSync(out)).toEqual([
    'README.md',
    'config.json',
    'model.safetensors',
    'tokenizer.json',
    'tokenizer_config.json',
  ]);
  // Programs that load the type which config.json names keep what was widened.
  expect(JSON.parse(readFileSync(join(out, 'config.json'), 'utf8'))).toMatchObject({ torch_dtype: 'float32' });
  const merged = await linchpin([...writing, '--model', out]);
  const edited = await linchpin([...writing, ...prune]);
  const [, written] = edited.stdout.split('── prune-super-weight ──\n');
  expect(merged.stdout.split('\n\n')[0]).toBe(written!.split('\n\n')[0]);
});

it('says what rounding does, as text and as JSON', async () => {
  const amplify = ['--intervention', 'amplify:{"factor": 1.00001}', '--dtype', 'stored'];
  const said = await linchpin(['merge', ...amplify, '--out', join(root, 'rounded')]);
  expect(said.stdout).toContain('undoes 1 of 1 changes');
  const { stdout } = await linchpin(['merge', ...amplify, '--json', '--out', join(root, 'json')]);
  expect(JSON.parse(stdout)).toMatchObject({
    tensors: 74,
    changed: [{ dtype: 'F16', rounded: { changed: 1, undone: 1 } }],
    isWidened: false,
  });
  expect(JSON.parse(readFileSync(join(root, 'json/config.json'), 'utf8'))).toMatchObject({ torch_dtype: 'float16' });
});

it.each<[string, readonly string[], readonly string[]]>([
  [
    'an intervention that rewrites activations',
    [...prune, '--intervention', 'restore-super-activation'],
    ['restore-super-activation', 'changes of weights alone'],
  ],
  ['an intervention that executes products', ['--intervention', 'quantize'], ['intervention quantize', 'in int8']],
  ['no intervention', [], ['--intervention']],
])('refuses %s, and writes nothing', async (_, args, says) => {
  expectRefusal(await linchpin(['merge', ...args, '--out', join(root, 'refused')]), ...says);
  expect(existsSync(join(root, 'refused'))).toBe(false);
});

it('refuses a folder with something in it', async () => {
  writeFileSync(join(root, 'file'), '');
  expectRefusal(await linchpin(['merge', ...prune, '--out', root]), root, 'is empty');
  expectRefusal(await linchpin(['merge', ...prune, '--out', join(root, 'file')]), 'a file');
});
