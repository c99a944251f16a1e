/** Links and headings of a Markdown text, code left out. */
export interface Link {
  /** Line of the text, from 1. */
  readonly line: number;
  /** As it is written, for example `../README.md#packages`. */
  readonly target: string;
}

/** Links and pictures, written inline or as a reference. */
export function readLinks(markdown: string): Link[] {
  return withoutCode(markdown)
    .split('\n')
    .flatMap((text, index) => {
      const inline = text.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g);
      const references = text.matchAll(/^\[[^\]]+\]:\s+(\S+)/g);
      return [...inline, ...references].map(([, target = '']) => ({ line: index + 1, target }));
    });
}

/** The anchors that the headings of a text get, in their order. */
export function readAnchors(markdown: string): string[] {
  const seen = new Map<string, number>();
  return [...withoutFences(markdown).matchAll(/^#{1,6} +(.+?)(?: +#+)? *$/gm)].map(([, heading = '']) => {
    const anchor = headingAnchor(heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll(/[`*]/g, ''));
    const before = seen.get(anchor) ?? 0;
    seen.set(anchor, before + 1);
    return before === 0 ? anchor : `${anchor}-${before}`;
  });
}

/** GitHub's rule, which the site follows, so that an anchor is the same in both places. */
export function headingAnchor(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');
}

/** Blanks code out, so that lines keep their numbers. */
function withoutCode(markdown: string): string {
  return withoutFences(markdown).replaceAll(/(`+)[^`][\s\S]*?\1/g, blank);
}

function withoutFences(markdown: string): string {
  return markdown.replaceAll(/^( *)(```+|~~~+)[^\n]*\n[\s\S]*?^\1\2 *$/gm, blank);
}

function blank(code: string): string {
  return code.replaceAll(/[^\n]/g, ' ');
}
