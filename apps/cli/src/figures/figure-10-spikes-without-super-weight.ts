/**
 * Figure 10 of "The Super Weight in Large Language Models" (arXiv 2411.07191) is its Figure 3 of OLMo-7B. Ours shows any
 * model twice, with and without its super weights: the input spike stays, for it lies upstream, and the output spike goes.
 */
import { checkSuperWeights } from '../tables/check-super-weights.ts';
import type { PaperFigure } from './paper-figure.ts';
import { drawProjectionMaxima, original, withoutSuperWeights } from './projection-maxima.ts';

export const figure10: PaperFigure = {
  number: 10,
  title: 'Largest inputs and outputs of MLP output projections, with and without super weights',
  takes: ['prompt'],
  async run(run) {
    await checkSuperWeights(run.opened);
    const { number, title } = figure10;
    return await drawProjectionMaxima(run, {
      number,
      title,
      chains: [original, withoutSuperWeights(run)],
      published: {},
    });
  },
};
