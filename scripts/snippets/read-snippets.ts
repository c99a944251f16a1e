/** The TypeScript blocks of a Markdown text. A block that begins with "```ts no-run" is type-checked but not run. */
export interface Snippet {
  /** Line of the Markdown file on which the code begins, from 1. */
  readonly line: number;
  readonly code: string;
  readonly isRun: boolean;
}

export function readSnippets(markdown: string): Snippet[] {
  return [...markdown.matchAll(/^```ts( no-run)?\n([\s\S]*?)^```$/gm)].map((block) => {
    const [, noRun, code = ''] = block;
    const line = markdown.slice(0, block.index).split('\n').length + 1;
    return { line, code, isRun: noRun === undefined };
  });
}

/** The snippet as a file whose line numbers are those of the Markdown file. */
export function toSource({ line, code }: Snippet): string {
  return '\n'.repeat(line - 1) + code;
}
