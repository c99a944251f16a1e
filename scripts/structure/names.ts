/** A file is named after the one concept that it holds, in kebab case. */
import type { Rule } from './workspace.ts';

/** Names that say nothing and collect everything. */
const emptyWords = /(^|-)(util|utils|utilities|helper|helpers|common|misc|manager)(-|$)/;

export const names: Rule = ({ files }) =>
  files
    .filter(({ path }) => /\.(ts|mjs)(\.hbs)?$/.test(path))
    .flatMap(({ path }) => {
      const parts = path
        .split('/')
        .map((part) => part.replace(/(\.(test|test-d|reference|nightly|mocked|config|d|ts|mjs|json|md|hbs))+$/, ''));
      const misnamed = parts.find((part) => !/^([a-z0-9]+(-[a-z0-9]+)*|\{\{.+\}\})$/.test(part));
      const empty = parts.find((part) => emptyWords.test(part));
      if (misnamed !== undefined) return [{ path, message: `"${misnamed}" is not kebab-case` }];
      return empty === undefined ? [] : [{ path, message: `"${empty}" does not say what is inside` }];
    });
