/** Figure 11 of "The Super Weight in Large Language Models" (arXiv 2411.07191): Figure 5 with fifty tokens. */
import { type PaperFigure, paperFigure } from './paper-figure.ts';
import { drawTokenProbabilities } from './token-probabilities.ts';

export const figure11: PaperFigure = paperFigure({
  number: 11,
  title: 'The fifty likeliest next tokens, with and without super weights',
  takes: ['datasets', 'limit'],
  draw: (run) => drawTokenProbabilities(run, { number: figure11.number, title: figure11.title, drawn: 50 }),
});
