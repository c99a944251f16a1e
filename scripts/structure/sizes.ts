/** How long files may be where the length is part of the design, and how long the library is as a whole. */
import type { Package, Rule, SourceFile, Workspace } from './workspace.ts';

/** Lines that hold code, of all published sources, apps included. Raised on purpose only, with a reason in the commit. */
export const codeBudget = 62750;

/**
 * What a folder may hold: all lines of its TypeScript, tests, blanks and comments included, as `wc -l` counts them.
 * Lowered whenever a folder has become smaller, never raised.
 */
export const folderBudgets: ReadonlyMap<string, number> = new Map([
  // It only talks to the user: what computes lies in packages.
  ['apps/cli/src', 4000],
  ['packages/harness/src', 3000],
]);

/** What must stay readable at a glance, in lines of code. */
const limits: readonly (readonly [RegExp, number])[] = [
  [/^packages\/tasks\/src\/tasks\/[^/]+\.ts$/, 60],
  [/^packages\/models\/src\/families\/[^/]+\.ts$/, 160],
  [/^packages\/plugin-[^/]+\/src\/[^/]+\.ts$/, 200],
  [/^packages\/paper-[^/]+\/src\/tables\/table-\d[^/]*\.ts$/, 70],
];

export const sizes: Rule = ({ packages, files }) => {
  const tooLong = files.flatMap(({ path, text }) => {
    const limit = limits.find(([pattern]) => pattern.test(path) && isPublished(path))?.[1] ?? Infinity;
    const { code } = countLines(text);
    return code > limit ? [{ path, message: `has ${code} lines of code; expected at most ${limit}` }] : [];
  });
  const total = codeLines({ packages });
  const overBudget =
    total > codeBudget
      ? [{ path: 'packages and apps', message: `have ${total} lines of code; the budget is ${codeBudget}` }]
      : [];
  const tooLarge = folderLines({ files })
    .filter(({ lines, budget }) => lines > budget)
    .map(({ folder, lines, budget }) => ({ path: folder, message: `has ${lines} lines; the budget is ${budget}` }));
  return [...tooLong, ...overBudget, ...tooLarge];
};

/** For every folder that has a budget and files, how many lines it holds. */
export function folderLines({ files }: Pick<Workspace, 'files'>): { folder: string; lines: number; budget: number }[] {
  return [...folderBudgets].flatMap(([folder, budget]) => {
    const sources = files.filter(({ path }) => path.startsWith(`${folder}/`) && path.endsWith('.ts'));
    const lines = sources.reduce((sum, { text }) => sum + text.split('\n').length - 1, 0);
    return sources.length === 0 ? [] : [{ folder, lines, budget }];
  });
}

export function codeLines({ packages }: Pick<Workspace, 'packages'>): number {
  const sources = packages.flatMap((pack) => publishedFiles(pack));
  return sources.reduce((sum, { text }) => sum + countLines(text).code, 0);
}

/** Lines of code of a package, and the share of lines of comment among all that are not blank. */
export function sizeOf(pack: Package): { code: number; share: number } {
  const counts = publishedFiles(pack).map(({ text }) => countLines(text));
  const code = counts.reduce((sum, each) => sum + each.code, 0);
  const comment = counts.reduce((sum, each) => sum + each.comment, 0);
  return { code, share: comment / Math.max(1, code + comment) };
}

export function publishedFiles({ files }: Package): SourceFile[] {
  return files.filter(({ path }) => isPublished(path));
}

/** Whether a file is part of what is published: a source that is no test. */
export function isPublished(path: string): boolean {
  return /^(?:(?:packages|apps)\/[^/]+|datasets)\/src\/.+\.ts$/.test(path) && !path.endsWith('.test.ts');
}

/** Blank lines count as nothing; a line with code and a comment is a line of code. */
export function countLines(text: string): { code: number; comment: number } {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const comment = lines.filter((line) => /^\s*(?:\/\/|\/\*|\*)/.test(line)).length;
  return { code: lines.length - comment, comment };
}
