/** Figure 5 of "The Super Weight in Large Language Models" (arXiv 2411.07191): stop-words become likelier without the super weight. */
import { type PaperFigure, paperFigure } from './paper-figure.ts';
import { drawTokenProbabilities } from './token-probabilities.ts';

export const figure5: PaperFigure = paperFigure({
  number: 5,
  title: 'The likeliest next tokens, with and without super weights',
  takes: ['datasets', 'limit'],
  draw: (run) =>
    drawTokenProbabilities(run, {
      number: figure5.number,
      title: figure5.title,
      drawn: 10,
      // From the authors' notebook (figures.ipynb); the plot shows more tokens than its text names.
      published: {
        'huggyllama/llama-7b': {
          the: [0.0349, 0.0739],
          her: [0.0144, 0.0058],
          a: [0.0112, 0.0198],
          '.': [0.011, 0.0537],
          I: [0.0063, 0.0149],
        },
      },
    }),
});
