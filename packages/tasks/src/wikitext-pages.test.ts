import { describe, expect, it } from 'vitest';
import { wikitextPages } from './wikitext-pages.ts';

async function pagesOf(rows: readonly unknown[]): Promise<(readonly [line: number, page: unknown])[]> {
  async function* numbered() {
    for (const [index, text] of rows.entries()) yield { line: index + 1, value: { text: text as string } };
  }
  return (await Array.fromAsync(wikitextPages(numbered()))).map(({ line, value }) => [line, value['page']]);
}

describe('wikitextPages', () => {
  it('begins a page at a top-level heading and keeps sections inside', async () => {
    const lines = [' \n', ' = One = \n', ' a\n', ' = = Section = = \n', ' b\n', ' = Two = \n', ' c\n'];
    expect(await pagesOf(lines)).toEqual([
      [2, ' = One = \n a\n = = Section = = \n b'],
      [6, ' = Two = \n c\n'],
    ]);
  });

  it('keeps text before the first heading, and a text without any', async () => {
    expect(await pagesOf(['a\n', ' = One = \n', 'b'])).toEqual([
      [1, 'a'],
      [2, ' = One = \nb'],
    ]);
    expect(await pagesOf(['a\n', 'b'])).toEqual([[1, 'a\nb']]);
    expect(await pagesOf([' \n'])).toEqual([]);
  });

  it('reads the blank lines of the hub, and refuses rows without a text', async () => {
    expect(await pagesOf([' = One = \n', '', ' a\n'])).toEqual([[1, ' = One = \n \n a\n']]);
    await expect(pagesOf([7])).rejects.toMatchObject({ code: 'tasks/bad-row' });
  });
});
