/** `linchpin export` on the embedded model: what it says and writes, and what it refuses. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
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
  const { code, stdout } = await linchpin(['export', '--format', 'safetensors', ...prune, '--out', out]);
  expect(code).toBe(0);
  expect(stdout).toContain(`Model: ${out}, `);
  expect(stdout).toContain('1 of 74 tensors were changed');
  const exported = await linchpin([...writing, '--model', out]);
  const edited = await linchpin([...writing, ...prune]);
  const [, written] = edited.stdout.split('── prune-super-weight ──\n');
  expect(exported.stdout.split('\n\n')[0]).toBe(written!.split('\n\n')[0]);
});

it('writes ONNX models in several types into one folder, and holds the super weight out', async () => {
  const out = join(root, 'onnx');
  const { code, stdout } = await linchpin(['export', '--format', 'onnx', '--dtype', 'fp16,q4', '--json', '--out', out]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ facts: { heldOut: ['1:100:300'] }, relation: 'quantized' });
  expect(readdirSync(join(out, 'onnx'))).toEqual([
    'model_fp16.onnx',
    'model_fp16.onnx_data',
    'model_q4.onnx',
    'model_q4.onnx_data',
  ]);
  expect(JSON.parse(readFileSync(join(out, 'config.json'), 'utf8'))).toMatchObject({
    model_type: 'llama',
    'transformers.js_config': {
      dtype: 'fp16',
      use_external_data_format: { 'model_fp16.onnx': 1, 'model_q4.onnx': 1 },
    },
  });
  expect(JSON.parse(readFileSync(join(out, 'genai_config.json'), 'utf8'))).toMatchObject({
    model: { type: 'llama', context_length: 512, decoder: { filename: 'onnx/model_fp16.onnx', num_hidden_layers: 8 } },
  });
});

it.each<[string, readonly string[], readonly string[]]>([
  [
    'edits of activations in a checkpoint',
    ['--format', 'safetensors', ...prune, '--intervention', 'restore-super-activation'],
    ['restore-super-activation', 'changes of weights alone'],
  ],
  [
    'edits that look at whole sequences in a decoder',
    ['--format', 'onnx', ...prune, '--intervention', 'restore-super-activation'],
    ['restore-super-activation', 'keeps their keys and values'],
  ],
  ['no format', [], ['--format']],
  ['a format that there is not', ['--format', 'gguf'], ['"gguf"', 'onnx, safetensors']],
  ['a type that there is not', ['--format', 'onnx', '--dtype', 'q4,q5'], ['"q5"', 'fp32, fp16, q8, q4']],
  ['blocks where nothing stands in blocks', ['--format', 'onnx', '--block', '64'], ['block', 'q8 or q4']],
  ['blocks of another size', ['--format', 'onnx', '--dtype', 'q4', '--block', '48'], ['48', '16, 32, 64, 128 or 256']],
  ['super weights that nothing uses', ['--format', 'onnx', '--super-weight', '1:2:3'], ['--super-weight']],
])('refuses %s, and writes nothing', async (_, args, says) => {
  expectRefusal(await linchpin(['export', ...args, '--out', join(root, 'refused')]), ...says);
  expect(existsSync(join(root, 'refused'))).toBe(false);
});

it('refuses a folder with something in it, and replaces a model when it is told to', async () => {
  const out = join(root, 'pruned');
  const args = ['export', '--format', 'safetensors', '--out', out];
  expectRefusal(await linchpin(args), out, '--force');
  expect((await linchpin([...args, '--force'])).stdout).toContain('0 of 74 tensors were changed');
  expectRefusal(await linchpin([...args.slice(0, -1), root, '--force']), 'one of a model', 'config.json');
});
