/**
 * Figure 3 of "The Super Weight in Large Language Models" (arXiv 2411.07191): the spikes that give a super weight away. Its
 * values for LLaMA-7B are in the authors' notebook (mengxiayu/LLMSuperWeight, figures.ipynb), in float16; those that are
 * large enough to matter are drawn beside ours.
 */
import { original } from '@linchpin/harness';
import { type PaperFigure, paperFigure } from './paper-figure.ts';
import { drawProjectionMaxima } from './projection-maxima.ts';

export const figure3: PaperFigure = paperFigure({
  number: 3,
  title: 'Largest inputs and outputs of MLP output projections',
  takes: ['prompt'],
  draw: (run) =>
    drawProjectionMaxima(run, {
      number: figure3.number,
      title: figure3.title,
      chains: [original],
      published: {
        'huggyllama/llama-7b': {
          input: [
            [2, -560.5],
            [30, -73.5],
            [31, -35.2],
          ],
          output: [
            [2, 1313],
            [4, 37.6],
            [30, -1474],
            [31, 116.6],
          ],
        },
      },
    }),
});
