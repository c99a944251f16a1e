import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { nameType, setConfigField } from './config-file.ts';

const file = join(temporaryFolder(), 'config.json');

async function changed(text: string, change: (file: string) => Promise<void>): Promise<string> {
  writeFileSync(file, text);
  await change(file);
  return readFileSync(file, 'utf8');
}

it('puts a field in front, and leaves the text of the others as Python wrote it', async () => {
  const set = (path: string): Promise<void> => setConfigField(path, 'added', { a: [1] });
  const text = await changed('{\n  "eps": 1e-05,\n  "theta": 10000.0\n}\n', set);
  expect(text).toContain(',\n  "eps": 1e-05,\n  "theta": 10000.0\n}\n');
  expect(JSON.parse(text)).toEqual({ added: { a: [1] }, eps: 1e-5, theta: 1e4 });
  expect(JSON.parse(await changed(' {} ', set))).toEqual({ added: { a: [1] } });
});

it('takes the place of a field of the name, which must not stand twice', async () => {
  const text = await changed('{"a": 1, "added": {"b": 2}}', (path) => setConfigField(path, 'added', 3));
  expect([JSON.parse(text), text.match(/"added"/g)]).toEqual([{ a: 1, added: 3 }, ['"added"']]);
});

it.each([
  ['{"a": 1}', true, { a: 1, torch_dtype: 'float32' }],
  ['{"torch_dtype": "float16"}', true, { torch_dtype: 'float16' }],
  ['{"torch_dtype": "float16"}', false, { torch_dtype: 'float32' }],
  [
    '{"dtype": null, "text_config": {"dtype": "bfloat16"}}',
    false,
    { dtype: 'float32', text_config: { dtype: 'float32' } },
  ],
])('names the type of %s: keeps what is named, %s', async (text, keepsNamed, expected) => {
  const named = await changed(text, (path) => nameType(path, 'float32', { keepsNamed }));
  expect(JSON.parse(named)).toEqual(expected);
});
