/** WikiText by articles, for lm-evaluation-harness's `wikitext` task. */
import { isBlank, strip } from '@linchpin/python-strings';

/**
 * The articles of a WikiText file, as the hub's `EleutherAI/wikitext_document_level` has them for lm-evaluation-harness:
 * a page begins at a top-level heading; what stands before the first is a page only if it is not blank.
 */
export function wikitextPages(file: string): string[] {
  const lines = file.replaceAll(/\r\n?/gu, '\n').split('\n');
  const titles = lines.flatMap((line, index) => (isTitle(line) ? [index] : []));
  const first = titles[0] ?? lines.length;
  const starts = isBlank(lines.slice(0, first).join('\n')) ? titles : [0, ...titles];
  return starts.map((start, index) => lines.slice(start, starts[index + 1]).join('\n'));
}

/** ` = Title = `, but not ` = = Section = = `. */
function isTitle(line: string): boolean {
  const heading = strip(line.replaceAll('= = =', '===').replaceAll('= =', '=='));
  return heading.startsWith('= ') && heading.endsWith(' =');
}
