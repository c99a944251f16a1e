/**
 * Figure 7 of "The Super Weight in Large Language Models" (arXiv 2411.07191): quality against the block size of 4-bit weights,
 * rounded plainly (RTN) and with clipped blocks and the super weights put back (ours). The paper lacks the third curve,
 * clipping alone, without which the two effects cannot be told apart; at how many deviations it clipped is not recorded.
 */
import { miniFolder } from '@linchpin/datasets';
import {
  type BlockSize,
  type Indivisible,
  paperDeviations,
  presets,
  quantizeWeights,
} from '@linchpin/plugin-quantize-weights';
import { dataInWords } from '../caption.ts';
import type { FigureFlags } from '../commands/figure.ts';
import type { OpenedModel } from '../open-model.ts';
import { createProgress } from '../progress.ts';
import { recordOf } from '../recording/command-record.ts';
import { bosInWords, runFacts } from '../run-facts.ts';
import { checkSuperWeights } from '../tables/check-super-weights.ts';
import { type ModelPlan, runTable } from '../tables/run-table.ts';
import { openTableData } from '../tables/table-data.ts';
import type { Chain } from '../variant.ts';
import { blockSizeCurves, drawCurves, measured, rowLabel, unquantized } from './block-size-curves.ts';
import type { PaperFigure } from './paper-figure.ts';
import { quantizationBlocks } from './quantization-blocks.ts';

const bits = 4;

/** That of the paper's runs, whose models were float16. */
const arithmetic = 'float16';

export const figure7: PaperFigure = {
  number: 7,
  title: 'Quality against the block size of 4-bit weights',
  takes: ['bos', 'datasets', 'windowBos', 'limit', 'blocks', 'indivisible', 'clipZ'],
  async run({ opened, flags, signal, partial }) {
    const blocks = quantizationBlocks(opened, { blocks: flags.blocks, indivisible: indivisibleOf(flags) });
    await checkSuperWeights(opened);
    const model = await planModel(opened, blocks, flags);
    const parts = model.rows.length * model.data.filter((column) => column !== undefined).length;
    const progress = createProgress(flags, { parts, signal });
    const record = await recordOf(flags);
    const run = { flags, signal, progress, record, windows: flags.limit, partial };
    const { tables, numbers, notes } = await runTable({ table: measured, models: [model] }, run);
    const drawn = drawCurves(tables[0]!, { opened, blocks, title: figure7.title });
    return { ...drawn, numbers, caption: captionOf(model, flags), notes };
  },
};

/** The unquantized model and the three curves at every block size, as rows of a table. */
async function planModel(opened: OpenedModel, blocks: readonly BlockSize[], flags: FigureFlags): Promise<ModelPlan> {
  const rows = blocks.flatMap((block) => quantizedRows(opened, block, flags));
  const folder = flags.datasets ?? miniFolder;
  return {
    opened,
    rows: [{ label: unquantized, interventions: [] }, ...rows],
    data: await openTableData(opened, measured, { folder, limit: flags.limit, bos: flags.windowBos }),
    // As in Table 1: the paper's runs had none.
    bos: flags.bos ?? opened.card?.bos ?? 'never',
    facts: await runFacts(opened),
  };
}

function quantizedRows({ facts }: OpenedModel, block: BlockSize, flags: FigureFlags): Chain[] {
  return blockSizeCurves.map(({ label, preset }) => {
    const { clipping, restoreSuperWeights } = presets[preset];
    const quantization = quantizeWeights({
      bits,
      block,
      arithmetic,
      clipping: clipping === 'none' ? clipping : { method: 'z', value: deviationsOf(flags) },
      restore: restoreSuperWeights ? facts.superWeights() : [],
      indivisible: indivisibleOf(flags),
    });
    return { label: rowLabel(label, block), interventions: [quantization] };
  });
}

/** The reference makes such a matrix one block without a word. */
function indivisibleOf({ indivisible = 'error' }: FigureFlags): Indivisible {
  return indivisible;
}

function deviationsOf({ clipZ = paperDeviations }: FigureFlags): number {
  return clipZ;
}

function captionOf({ opened, bos }: ModelPlan, flags: FigureFlags): string {
  const first = flags.limit === undefined ? undefined : `${flags.limit} items and windows`;
  return [
    `Model ${opened.name} ${dataInWords(flags, first)}. Weights of ${bits} bits in ${arithmetic} arithmetic, clipped beyond`,
    `${deviationsOf(flags)} standard deviations of a block. Accuracies in %, tasks with BOS ${bosInWords(bos, opened)}.`,
  ].join(' ');
}
