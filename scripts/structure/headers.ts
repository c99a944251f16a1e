/** Files that carry out a method of the literature begin with a comment that says what they are, and from which source. */
import { isPublished } from './sizes.ts';
import type { Rule } from './workspace.ts';

const literature = /^packages\/(?:metrics|tasks|perplexity|plugin-(?!api\/)[^/]+|models\/src\/families)\//;

/** Files that are the method itself, not one of its parts; a plugin's is named after its package. */
const method = /^packages\/(?:(?:metrics\/src|tasks\/src\/tasks|models\/src\/families)\/|plugin-([^/]+)\/src\/\1\.ts$)/;

/** A paper, a section or table of it, a reference implementation, or a file of one. */
const source =
  /arXiv|https?:|§|\b(?:section|table|figure|equation|appendix) \d|lm-evaluation-harness|Hugging Face|transformers|CPython|GPTQ|LLMSuperWeight|llama\.cpp|NIST|, (?:19|20)\d\d\)|\bthe reference\b|`\w+\.py`/i;

export const headers: Rule = ({ files }) =>
  files
    .filter(({ path }) => literature.test(path) && isPublished(path))
    .filter(({ path }) => !/\/(?:index|errors|plugin|generated\/[^/]+)\.ts$/.test(path))
    .flatMap(({ path, text }) => {
      const header = readHeader(text);
      if (header === undefined) return [{ path, message: 'does not begin with a comment that says what it is' }];
      if (source.test(header) || !method.test(path)) return [];
      return [{ path, message: 'begins with a comment without a source (paper, section, reference implementation)' }];
    });

function readHeader(text: string): string | undefined {
  return /^(?:\/\*\*[\s\S]*?\*\/|(?:\/\/.*\n)+)/.exec(text)?.[0];
}
