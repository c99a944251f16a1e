/**
 * Figure 10 of "The Super Weight in Large Language Models" (arXiv 2411.07191) is its Figure 3 of OLMo-7B. Ours shows any
 * model twice, with and without its super weights: the input spike stays, for it lies upstream, and the output spike goes.
 */
import { original } from '@linchpin/harness';
import { checkSuperWeights, withoutSuperWeights } from '../super-weight-chains.ts';
import { type PaperFigure, paperFigure } from './paper-figure.ts';
import { drawProjectionMaxima } from './projection-maxima.ts';

export const figure10: PaperFigure = paperFigure({
  number: 10,
  title: 'Largest inputs and outputs of MLP output projections, with and without super weights',
  takes: ['prompt'],
  async draw(run) {
    await checkSuperWeights(run.opened, run.harness);
    const { number, title } = figure10;
    return await drawProjectionMaxima(run, {
      number,
      title,
      chains: [original, withoutSuperWeights(run.opened)],
      published: {},
    });
  },
});
