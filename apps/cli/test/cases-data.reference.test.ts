/**
 * One text, written in several ways, gives one number. Values: lm-evaluation-harness 0.4.13 reads such files with Python's
 * text mode and json module, so that neither line ends nor packing nor a NaN in a field that nobody reads change anything.
 */
import type { ResultRow } from '@linchpin/plugin-api';
import { describeShared, sharedPath } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { linchpin } from './run-in-process.ts';

async function rowsOf(args: readonly string[]): Promise<ResultRow[]> {
  const { code, stdout, stderr } = await linchpin([...args, '--json', '--quiet']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as ResultRow[];
}

/** sha256 of the joined rows of the file with LF. */
const lfText = '5056c79d458ceaeec99bc9f79688533feb65b287bf80772963fcd60ddb9020c4';

describe('cases of data files', () => {
  describeShared('documents under several names', ['cases/corpus-file-extensions'], () => {
    it.each(['docs.jsonl', 'docs.jsonl.gz', 'docs.JSONL'])('%s holds 837 predictions', async (name) => {
      const corpus = sharedPath(`cases/corpus-file-extensions/${name}`);
      const [row] = await rowsOf(['perplexity', '--corpus', corpus, '--window', '32']);
      expect(row).toMatchObject({ items: 837, windows: 27 });
      expect(row!.value).toBeCloseTo(2174.93, 1);
    });
  });

  describeShared('WikiText with other line ends', ['cases/corpus-with-crlf'], () => {
    it.each(['lf', 'crlf'])('%s has the same rows, and the same digest of the text', async (name) => {
      const datasets = sharedPath(`cases/corpus-with-crlf/${name}`);
      const [row] = await rowsOf(['perplexity', '--corpus', 'wikitext2', '--datasets', datasets, '--window', '64']);
      expect(row).toMatchObject({ items: 1071, windows: 17, datasetSha256: lfText });
      expect(row!.value).toBeCloseTo(17028.18, 1);
    });
  });

  describeShared('rows as Python writes them', ['cases/json-as-python-writes-it'], () => {
    it('a NaN in a field that nobody reads changes nothing', async () => {
      const of = (name: string): Promise<ResultRow[]> =>
        rowsOf(['evaluate', '--tasks', 'piqa', '--datasets', sharedPath(`cases/json-as-python-writes-it/${name}`)]);
      const [plain, withNaN] = [await of('data'), await of('data-nan')];
      expect(withNaN.map(({ metric, value, items }) => ({ metric, value, items }))).toEqual(
        plain.map(({ metric, value, items }) => ({ metric, value, items })),
      );
    });
  });
});
