/**
 * Figure 7 of "The Super Weight in Large Language Models" (arXiv 2411.07191): quality against the block size of 4-bit weights,
 * rounded plainly (RTN) and with clipped blocks and the super weights put back (ours). The paper lacks the third curve,
 * clipping alone, without which the two effects cannot be told apart; at how many deviations it clipped is not recorded.
 */
import { bosInWords, type Chain, dataInWords, type Harness, type OpenedModel } from '@linchpin/harness';
import {
  type BlockSize,
  type Indivisible,
  paperDeviations,
  presets,
  quantizeWeights,
} from '@linchpin/plugin-quantize-weights';
import { firstInWords } from '../paper-options.ts';
import { checkSuperWeights } from '../super-weight-chains.ts';
import { type ModelPlan, planModel, runTable } from '../tables/run-table.ts';
import { blockSizeCurves, drawCurves, measured, rowLabel, unquantized } from './block-size-curves.ts';
import { type FigureOptions, type FigureRun, type PaperFigure, paperFigure } from './paper-figure.ts';
import { quantizationBlocks } from './quantization-blocks.ts';

const bits = 4;

/** That of the paper's runs, whose models were float16. */
const arithmetic = 'float16';

export const figure7: PaperFigure = paperFigure({
  number: 7,
  title: 'Quality against the block size of 4-bit weights',
  takes: ['bos', 'datasets', 'windowBos', 'limit', 'windows', 'blocks', 'indivisible', 'clipZ'],
  wholeFor: 'a comparison with a reference',
  check: askedBlocks,
  async draw({ opened, options, harness, onNumbers }) {
    const blocks = askedBlocks({ opened, options });
    await checkSuperWeights(opened, harness);
    const quantized = blocks.flatMap((block) => quantizedRows(opened, block, options));
    const rows = [{ label: unquantized, interventions: [] }, ...quantized];
    const model = await planModel(measured, opened, { rows, options, harness });
    const run = { harness, windows: options.windows ?? options.limit, onNumbers };
    const { tables, numbers, notes } = await runTable({ table: measured, models: [model] }, run);
    const drawn = drawCurves(tables[0]!, { opened, blocks, title: figure7.title });
    return { ...drawn, numbers, caption: captionOf(model, harness, options), notes };
  },
});

function askedBlocks({ opened, options }: Pick<FigureRun, 'opened' | 'options'>): readonly BlockSize[] {
  return quantizationBlocks(opened, { blocks: options.blocks, indivisible: indivisibleOf(options) });
}

/** The three curves at one block size, as rows of a table. */
function quantizedRows({ facts }: OpenedModel, block: BlockSize, options: FigureOptions): Chain[] {
  return blockSizeCurves.map(({ label, preset }) => {
    const { clipping, restoreSuperWeights } = presets[preset];
    const quantization = quantizeWeights({
      bits,
      block,
      arithmetic,
      clipping: clipping === 'none' ? clipping : { method: 'z', value: deviationsOf(options) },
      restore: restoreSuperWeights ? facts.superWeights() : [],
      indivisible: indivisibleOf(options),
    });
    return { label: rowLabel(label, block), interventions: [quantization] };
  });
}

/** The reference makes such a matrix one block without a word. */
function indivisibleOf({ indivisible = 'error' }: FigureOptions): Indivisible {
  return indivisible;
}

function deviationsOf({ clipZ = paperDeviations }: FigureOptions): number {
  return clipZ;
}

function captionOf({ opened, bos }: ModelPlan, harness: Harness, options: FigureOptions): string {
  const data = dataInWords(harness, [opened], firstInWords(options, true));
  return [
    `Model ${opened.name} ${data}. Weights of ${bits} bits in ${arithmetic} arithmetic, clipped beyond`,
    `${deviationsOf(options)} standard deviations of a block. Accuracies in %, tasks with BOS ${bosInWords(bos, opened)}.`,
  ].join(' ');
}
