/** The files of the shared folder are the ones that the manifest knows, and hold as many rows as it says. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { identifyFile, manifest, readRows, readText } from '@linchpin/datasets';
import { describeShared, sharedPath } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';

describeShared('data files', ['datasets'], () => {
  // Of train splits it has none, nor of the examples and questions of these.
  const absent = /^(?:mmlu_|lambada_standard|race$|truthful_qa$|gsm8k$|triviaqa_unfiltered$)/;
  const scored = Object.entries(manifest).filter(([name, { split }]) => split !== 'train' && !absent.test(name));

  describe.each(scored)('%s', (name, { files, rows: fullSplit }) => {
    const present = files.filter(({ path }) => existsSync(sharedPath(`datasets/${path}`)));

    it('is there', () => {
      expect(present).not.toEqual([]);
    });

    it.each(present)('$path is known', async ({ path, form }) => {
      const file = resolve(sharedPath('datasets'), path);
      const { known } = await identifyFile(file);
      const rows = await countRows(file);
      expect(known).toMatchObject({ dataset: name, rows });
      expect(form === 'sample' ? fullSplit : rows).toBe(fullSplit);
    });
  });
});

async function countRows(file: string): Promise<number> {
  if (!file.endsWith('.jsonl')) return (await readText(file)).split('\n').length - 1;
  let rows = 0;
  for await (const _ of readRows(file)) rows++;
  return rows;
}
