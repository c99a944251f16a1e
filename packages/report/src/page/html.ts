/** HTML as a value of its own, so that text and markup are not mistaken for each other: everything else is escaped. */

/** Markup that may stand in a page as it is. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template: markup, text to escape, lists of those, and nothing where there is nothing to show. */
export type HtmlPart = Html | string | number | undefined | null | readonly HtmlPart[];

/** A template whose values are escaped unless they are markup; attributes have to stand in double quotes. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlPart[]): Html {
  const parts = values.map((value, index) => `${toText(value)}${strings[index + 1] ?? ''}`);
  return new Html(`${strings[0] ?? ''}${parts.join('')}`);
}

function toText(part: HtmlPart): string {
  if (part === undefined || part === null) return '';
  if (part instanceof Html) return part.text;
  return typeof part === 'object' ? part.map(toText).join('') : escapeText(String(part));
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeText(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => escapes[character]!);
}
