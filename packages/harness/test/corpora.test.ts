/** What every corpus with a name has in common, on the embedded data where they hold it. */
import { findDataset, manifest, miniFolder } from '@linchpin/datasets';
import { describe, expect, it } from 'vitest';
import { folderData } from '../src/data-source.ts';
import { corpora } from '../src/generated/corpora.ts';
import { openCorpus, requireCorpus, requireNamedCorpus } from '../src/open-corpus.ts';
import { openHarness } from '../src/open-harness.ts';

const names = corpora.map(({ name }) => name);

it('are there once each', () => {
  expect(names).toEqual(expect.arrayContaining(['c4', 'wikitext2']));
  expect(new Set(names).size).toBe(names.length);
});

describe.each(names)('%s', (name) => {
  it('has its data set in the manifest', () => {
    expect(Object.keys(manifest)).toContain(name);
    expect(() => requireNamedCorpus(name)).not.toThrow();
  });

  it('gives windows of one length that the model takes, and the same ones every time', async ({ skip }) => {
    try {
      findDataset(miniFolder, name);
    } catch {
      skip(`no data of ${name} are embedded`);
    }
    await using harness = await openHarness();
    const model = await harness.open();
    const { text, isNamed, mostWindows } = await openCorpus(model, name, { data: folderData(miniFolder), window: 64 });
    expect(isNamed).toBe(true);
    const [first, again] = [[...text.windows()], [...text.windows()]];
    expect(first).toEqual(again);
    expect(first.length).toBeGreaterThan(0);
    expect(first.length).toBeLessThanOrEqual(mostWindows);
    expect(text.window).toBeLessThanOrEqual(64);
    for (const window of first) expect(window).toHaveLength(text.window);
  });
});

it('are named where there is none of the name', () => {
  expect(() => requireCorpus('wikitext')).toThrow(
    expect.objectContaining({ problem: expect.objectContaining({ expected: expect.stringContaining('c4') }) }),
  );
  expect(() => requireNamedCorpus('package.json')).toThrow(expect.objectContaining({ code: 'harness/unknown-corpus' }));
});
