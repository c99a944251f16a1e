/**
 * The TypeScript blocks of a Markdown text. A block that begins with "```ts no-run" is type-checked but not run; one whose
 * first line is a comment with a path is that file of the workspace.
 */
export interface Snippet {
  /** Line of the Markdown file on which the code begins, from 1. */
  readonly line: number;
  readonly code: string;
  readonly isRun: boolean;
  /** Path from the root, of a block that is a file. */
  readonly file?: string;
}

export function readSnippets(markdown: string): Snippet[] {
  return [...markdown.matchAll(/^```ts( no-run)?\n([\s\S]*?)^```$/gm)].map((block) => {
    const [, noRun, code = ''] = block;
    const line = markdown.slice(0, block.index).split('\n').length + 1;
    const file = /^\/\/ ([\w./-]+\.ts)\n/.exec(code)?.[1];
    return { line, code, isRun: noRun === undefined && file === undefined, ...(file === undefined ? {} : { file }) };
  });
}

/** The snippet as a file whose line numbers are those of the Markdown file. */
export function toSource({ line, code }: Snippet): string {
  return '\n'.repeat(line - 1) + code;
}
