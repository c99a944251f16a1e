import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { documentsDigest } from './digests.ts';
import { DocumentFile } from './document-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'linchpin-documents-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function* given(documents: readonly string[]): AsyncGenerator<string> {
  yield* documents;
}

it('is the documents that were written, in any order', async () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 1 }), fc.nat(), async (documents, place) => {
      const file = await DocumentFile.write(given(documents), join(folder, 'a'));
      const index = place % documents.length;
      expect(file.length).toBe(documents.length);
      expect(file.at(index)).toBe(documents[index]);
      expect(file.at(documents.length)).toBeUndefined();
      expect([...file]).toEqual(documents);
      expect(documentsDigest(file)).toBe(documentsDigest(documents));
    }),
    { numRuns: 50 },
  );
});

it('takes more than is written at once', async () => {
  const documents = Array.from({ length: 40 }, (_, index) => `${index} ${'é'.repeat(30_000)}`);
  const file = await DocumentFile.write(given(documents), join(folder, 'b'));
  expect(file.at(39)).toBe(documents[39]);
  expect(file.at(0)).toBe(documents[0]);
});
