/**
 * Open questions of lm-evaluation-harness 0.2.0 (TriviaQA, WebQuestions): right is what gives any of the accepted answers greedily. An
 * answer that begins with another one is left out, as there: where it is given, the other is.
 */
import type { AnyOf } from '@linchpin/plugin-api';

export function aliasQuestion(question: string, aliases: readonly string[]): AnyOf {
  return {
    kind: 'any-of',
    context: `Question: ${question}\nAnswer:`,
    continuations: withoutPrefixed(aliases).map((alias) => ` ${alias}`),
  };
}

/** In the order of their code points; compared with the last one that is kept. */
function withoutPrefixed(aliases: readonly string[]): string[] {
  const kept: string[] = [];
  for (const alias of aliases.toSorted(byCodePoints)) {
    const last = kept.at(-1);
    if (last === undefined || !alias.startsWith(last)) kept.push(alias);
  }
  return kept;
}

/** JavaScript compares UTF-16, where characters beyond the first plane come before some of it. */
function byCodePoints(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
