import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '@linchpin/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { folderTexts } from './checkpoint-texts.ts';
import { readModelCard } from './model-card.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'linchpin-card-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function read(readme: string) {
  await writeFile(join(folder, 'README.md'), readme);
  return readModelCard(folderTexts(folder));
}

function card(block: string): string {
  return `---\nlicense: mit\nlinchpin:\n${block}\n---\n# Title\n`;
}

describe('readModelCard', () => {
  it('reads the card of the embedded model', async () => {
    expect(await readModelCard(folderTexts(join(repositoryRoot, 'models/mini')))).toEqual({
      superWeights: [{ layer: 1, row: 100, column: 300 }],
      built: 'planted',
      bos: 'always',
      perplexity: {
        bos: 'every-window',
        wikitext2: { window: 512 },
        c4: { window: 256, windows: 'one-per-document' },
      },
      pruneOutliers: { fraction: 0.001 },
    });
  });

  it('reads a block that says nothing but one super weight, with the line ends of any system', async () => {
    const text = card("  super_weights: ['2:3968:7003']").replaceAll('\n', '\r\n');
    expect(await read(text)).toMatchObject({ superWeights: [{ layer: 2, row: 3968, column: 7003 }] });
  });

  it.for([
    ['no front matter', '# Title\n'],
    ['front matter that speaks to others', '---\nlicense: mit\n---\n'],
    ['malformed front matter of others', '---\nlicense: [mit\n---\n'],
    ['a block behind the front matter', `# Title\n${card('  bos: always')}`],
  ] as const)('is undefined with %s', async ([, text]) => {
    expect(await read(text)).toBeUndefined();
  });

  it('is undefined without a README.md', async () => {
    expect(await readModelCard(folderTexts(folder))).toBeUndefined();
  });

  it.for([
    ['  super_weights: [[1, 2, 3]]', 'linchpin.super_weights.0'],
    ["  super_weights: ['1:2']", 'linchpin.super_weights.0'],
    ['  bos: sometimes', 'linchpin.bos'],
    ['  perplexity: { wikitext2: { window: 1 } }', 'linchpin.perplexity.wikitext2.window'],
    ['  prune_outliers: { fraction: 2 }', 'linchpin.prune_outliers.fraction'],
    ['  super_weight: x', 'linchpin'],
    ['  bos: [always', 'front matter'],
  ] as const)('names file and field where the block is wrong: %s', async ([block, field]) => {
    await expect(read(card(block))).rejects.toMatchObject({
      code: 'models/model-card-invalid',
      problem: { subject: join(folder, 'README.md'), found: expect.stringContaining(`${field}:`) },
    });
  });
});
