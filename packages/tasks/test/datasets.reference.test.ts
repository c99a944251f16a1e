/** The files of the shared folder are the ones that the manifest knows, and hold as many rows as it says. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { identifyFile, manifest, readRows, readText } from '@linchpin/datasets';
import { describeShared, sharedPath } from '@linchpin/testing';
import { expect, it } from 'vitest';

/** What the shared folder has no file of, beside splits that models learn from. */
const absent: ReadonlySet<string> = new Set([
  'gsm8k',
  'lambada_standard',
  'lambada_standard_validation',
  'race',
  'triviaqa_unfiltered',
  'truthful_qa',
]);

describeShared('data files', ['datasets'], () => {
  const asked = Object.entries(manifest).filter(([name, { split }]) => split !== 'train' && !name.startsWith('mmlu_'));
  const withFiles = asked.map(([name, entry]) => ({
    name,
    entry,
    present: entry.files.filter(({ path }) => existsSync(sharedPath(`datasets/${path}`))),
  }));

  it('are there, but for those that are known to be absent, and for MMLU', () => {
    const without = withFiles.filter(({ present }) => present.length === 0).map(({ name }) => name);
    expect(new Set(without)).toEqual(absent);
    expect(existsSync(sharedPath('datasets/mmlu'))).toBe(false);
  });

  const files = withFiles.flatMap(({ name, entry, present }) => present.map((file) => ({ name, entry, ...file })));
  it.each(files)('$path is known as $name', async ({ name, entry, path, form }) => {
    const file = resolve(sharedPath('datasets'), path);
    const { known } = await identifyFile(file);
    const rows = await countRows(file);
    expect(known).toMatchObject({ dataset: name, rows });
    expect(form === 'sample' ? entry.rows : rows).toBe(entry.rows);
  });
});

async function countRows(file: string): Promise<number> {
  if (!file.endsWith('.jsonl')) return (await readText(file)).split('\n').length - 1;
  let rows = 0;
  for await (const _ of readRows(file)) rows++;
  return rows;
}
