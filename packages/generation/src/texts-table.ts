/** Generated texts as tables: a line a text for files, the likeliest next tokens for readers. */
import type { Cell, Column, Table } from '@linchpin/report';
import { type GeneratedText, shownTokens } from './next-tokens.ts';

/** Prompt, label, text, what ended it, and the likeliest next tokens with their probabilities. */
export function textsTable(texts: readonly GeneratedText[]): Table {
  const ranks = Array.from({ length: shownTokens }, (_, rank) => rank);
  return {
    columns: [
      'prompt',
      'label',
      'text',
      'tokens',
      'stopped',
      ...ranks.flatMap((rank) => [`next${rank + 1}`, `probability${rank + 1}`]),
    ],
    rows: texts.map(({ prompt, label, text, ids, stopped, nextTokens }) => [
      prompt,
      label,
      text,
      ids.length,
      stopped,
      ...ranks.flatMap((rank): Cell[] => [nextTokens[rank]?.token ?? null, nextTokens[rank]?.probability ?? null]),
    ]),
  };
}

/** The likeliest tokens after one prompt, a label beside the other; `texts` are those of the prompt. */
export function nextTokensTable(texts: readonly GeneratedText[]): Table {
  const ranks = Array.from(
    { length: Math.max(...texts.map(({ nextTokens }) => nextTokens.length)) },
    (_, rank) => rank,
  );
  return {
    columns: texts.flatMap(({ label }): Column[] => [{ header: label }, { header: '%', decimals: 1 }]),
    rows: ranks.map((rank) =>
      texts.flatMap(({ nextTokens }): Cell[] => {
        const next = nextTokens[rank];
        // Quoted: white space is what tells many tokens apart.
        return next === undefined ? [null, null] : [JSON.stringify(next.token), 100 * next.probability];
      }),
    ),
  };
}
