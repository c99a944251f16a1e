/** Files of a few lines that only pass on what others do: each is one more place to look, and often belongs into a neighbour. */
import { countLines, publishedFiles } from './sizes.ts';
import type { Package, SourceFile } from './workspace.ts';

/** Lines of code. */
const mostLines = 12;

/** What a crumb is made of: imports, re-exports, and functions whose whole body is one call. */
const passing: readonly RegExp[] = [
  /\/\*[\s\S]*?\*\//g,
  /^\s*\/\/.*$/gm,
  /^(?:import|export)\s[^;]*?\sfrom '[^']+';$/gm,
  /^import '[^']+';$/gm,
  /^export (?:async )?function [^;]*?\{\n {2}(?:return )?(?:await )?[\w.]+\([^;]*\);\n\}$/gm,
  /^export const [^;]*? =>\s+(?:await )?[\w.]+\([^;]*\);$/gm,
];

/** Sources of a dozen lines, entries and generated lists aside, whose work is passing on. */
export function shortFiles(pack: Package): SourceFile[] {
  return publishedFiles(pack).filter(
    ({ path, text }) => !/\/(?:index|main|errors)\.ts$|\/generated\//.test(path) && countLines(text).code <= mostLines,
  );
}

/** Those of them that do nothing themselves. */
export function crumbsOf(pack: Package): SourceFile[] {
  return shortFiles(pack).filter(
    ({ text }) => passing.reduce((rest, pattern) => rest.replaceAll(pattern, ''), text).trim() === '',
  );
}
