/** The likeliest next tokens of several models as bars: a panel a prompt. */
import type { GeneratedText } from '@linchpin/generation';
import type { FigurePanel } from '@linchpin/report';

/** Tokens in the order in which the models name them, the first model's first; those that a model does not name are left out. */
export function nextTokenPanels(texts: readonly GeneratedText[]): FigurePanel[] {
  return [...Map.groupBy(texts, ({ prompt }) => prompt)].map(([prompt, group]) => {
    const tokens = [
      ...new Map(group.flatMap(({ nextTokens }) => nextTokens.map(({ id, token }) => [id, token] as const))),
    ];
    const place = new Map(tokens.map(([id], index) => [id, index]));
    return {
      title: JSON.stringify(prompt),
      x: { label: 'next token', names: tokens.map(([, token]) => JSON.stringify(token)) },
      y: { label: 'probability, %' },
      series: group.map(({ label, nextTokens }) => ({
        label,
        points: nextTokens
          .map(({ id, probability }) => ({ x: place.get(id)!, y: 100 * probability }))
          .toSorted((a, b) => a.x - b.x),
      })),
    };
  });
}
