/** WikiText by articles, for lm-evaluation-harness's `wikitext` task. */
import type { Json, NumberedRow } from '@linchpin/plugin-api';
import { isBlank, strip } from '@linchpin/python-strings';
import { badRow } from './errors.ts';

/**
 * The articles of WikiText's lines, as the hub's `EleutherAI/wikitext_document_level` has them for lm-evaluation-harness, in rows
 * `{ page }`: a page begins at a top-level heading; what stands before the first is a page only if it is not blank. The last newline
 * of a page belongs to none, but for that of the last page.
 */
export async function* wikitextPages(rows: AsyncIterable<NumberedRow>): AsyncGenerator<NumberedRow> {
  let page: { readonly line: number; readonly lines: string[] } | undefined;
  for await (const { line, value } of rows) {
    const text = lineOf(value);
    if (isTitle(text) && page !== undefined) {
      const before = page.lines.join('').replace(/\n$/u, '');
      if (!isBlank(before)) yield { line: page.line, value: { page: before } };
      page = undefined;
    }
    page ??= { line, lines: [] };
    page.lines.push(text);
  }
  const last = page?.lines.join('') ?? '';
  if (page !== undefined && !isBlank(last)) yield { line: page.line, value: { page: last } };
}

/** The hub has nothing where the text has a blank line. */
function lineOf(value: { readonly [field: string]: Json }): string {
  const { text } = value;
  if (typeof text !== 'string') throw badRow({ task: 'wikitext', field: 'text' }, text, 'a text');
  return text === '' ? ' \n' : text;
}

/** ` = Title = `, but not ` = = Section = = `. */
function isTitle(line: string): boolean {
  const heading = strip(line.replaceAll('= = =', '===').replaceAll('= =', '=='));
  return heading.startsWith('= ') && heading.endsWith(' =');
}
