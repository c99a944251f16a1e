/** How long files may be where the length is part of the design, and how long the library is as a whole. */
import type { Package, Rule, SourceFile, Workspace } from './workspace.ts';

/** Lines that hold code, of all sources below packages/ and datasets/. Raised on purpose only, with a reason in the commit. */
export const libraryBudget = 20000;

/** What must stay readable at a glance, in lines of code. */
const limits: readonly (readonly [RegExp, number])[] = [
  [/^packages\/tasks\/src\/tasks\/[^/]+\.ts$/, 60],
  [/^packages\/models\/src\/families\/[^/]+\.ts$/, 160],
  [/^packages\/plugin-[^/]+\/src\/[^/]+\.ts$/, 200],
  [/^apps\/cli\/src\/tables\/table-[^/]+\.ts$/, 70],
];

export const sizes: Rule = ({ packages, files }) => {
  const tooLong = files.flatMap(({ path, text }) => {
    const limit = limits.find(([pattern]) => pattern.test(path) && isPublished(path))?.[1] ?? Infinity;
    const { code } = countLines(text);
    return code > limit ? [{ path, message: `has ${code} lines of code; expected at most ${limit}` }] : [];
  });
  const total = libraryLines({ packages });
  const overBudget =
    total > libraryBudget
      ? [{ path: 'packages', message: `have ${total} lines of code; the budget is ${libraryBudget}` }]
      : [];
  return [...tooLong, ...overBudget];
};

export function libraryLines({ packages }: Pick<Workspace, 'packages'>): number {
  const sources = packages.filter(({ isApp }) => !isApp).flatMap((pack) => publishedFiles(pack));
  return sources.reduce((sum, { text }) => sum + countLines(text).code, 0);
}

/** For every package, its lines of code and the share of lines of comment among all that are not blank. */
export function commentShares({
  packages,
}: Pick<Workspace, 'packages'>): { name: string; code: number; share: number }[] {
  return packages.map((pack) => {
    const counts = publishedFiles(pack).map(({ text }) => countLines(text));
    const code = counts.reduce((sum, each) => sum + each.code, 0);
    const comment = counts.reduce((sum, each) => sum + each.comment, 0);
    return { name: pack.name, code, share: comment / Math.max(1, code + comment) };
  });
}

function publishedFiles({ files }: Package): SourceFile[] {
  return files.filter(({ path }) => isPublished(path));
}

/** Whether a file is part of what is published: a source that is no test. */
export function isPublished(path: string): boolean {
  return /^(?:(?:packages|apps)\/[^/]+|datasets)\/src\/.+\.ts$/.test(path) && !path.endsWith('.test.ts');
}

/** Blank lines count as nothing; a line with code and a comment is a line of code. */
function countLines(text: string): { code: number; comment: number } {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const comment = lines.filter((line) => /^\s*(?:\/\/|\/\*|\*)/.test(line)).length;
  return { code: lines.length - comment, comment };
}
