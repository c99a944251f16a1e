/**
 * Figure 4 of "The Super Weight in Large Language Models" (arXiv 2411.07191): the super activation stays in the residual
 * stream from the super weight's layer on. The order is the authors' (plot_max_activation_ablation): super weights to zero,
 * then in every tensor named `weight`, embeddings and output head included, the largest magnitudes, then the super weights
 * back. Their share, 5e-7, leaves every tensor of a small model alone; the model's card may name a larger one.
 */
import { searchPrompt } from '@linchpin/defaults';
import { sequenceIds } from '@linchpin/execution';
import { type Chain, type OpenedModel, original } from '@linchpin/harness';
import type { Intervention, SuperWeight } from '@linchpin/plugin-api';
import { pruneOutliers } from '@linchpin/plugin-prune-outliers';
import { checkSuperWeights, withoutSuperWeights } from '../super-weight-chains.ts';
import { layerMaxima } from './layer-maxima.ts';
import { type DrawnFigure, type FigureRun, type PaperFigure, paperFigure } from './paper-figure.ts';

const paperShare = 5e-7;

export const figure4: PaperFigure = paperFigure({
  number: 4,
  title: 'Largest magnitudes that leave the layers',
  takes: ['prompt', 'outlierFraction'],
  async draw(run) {
    await checkSuperWeights(run.opened, run.harness);
    return await drawLayerMaxima(run, ablations(run));
  },
});

/** The four models of the figure, in the order of its legend. */
function ablations(run: FigureRun): readonly Chain[] {
  const { opened } = run;
  const fraction = shareOf(run);
  const pruned = withoutSuperWeights(opened);
  const outliers = pruneOutliers({ fraction, keep: [], tensors: weightsOf(opened) });
  const all = [...pruned.interventions, outliers];
  return [
    original,
    { label: 'Prune Non-SW', interventions: [...all, restoreSuperWeights(opened.facts.superWeights())] },
    pruned,
    { label: 'Prune all outliers', interventions: all },
  ];
}

function shareOf({ opened, options }: FigureRun): number {
  return options.outlierFraction ?? opened.card?.pruneOutliers?.fraction ?? paperShare;
}

/** Every tensor named `weight`; norms are among them, and too small for their share to be a whole weight. */
export function weightsOf({ family, config }: Pick<OpenedModel, 'family' | 'config'>): string[] {
  return family.tensors(config).flatMap(({ name }) => (name.endsWith('.weight') ? [name] : []));
}

/** Writes the checkpoint's own values back, whatever was done before. */
export function restoreSuperWeights(weights: readonly SuperWeight[]): Intervention {
  return {
    name: 'restore-super-weight',
    version: 1,
    settings: { weights: weights.map((weight) => ({ ...weight })) },
    async edit(model) {
      for (const { row, column, ...place } of weights) {
        const weight = model.weight(model.mlpOutput(place));
        weight.set(row, column, (await weight.original(row))[column]!);
      }
    },
  };
}

async function drawLayerMaxima(run: FigureRun, chains: readonly Chain[]): Promise<DrawnFigure> {
  const { opened, options, harness } = run;
  const prompt = sequenceIds(options.prompt ?? searchPrompt, 'the prompt', opened);
  const curves: { readonly label: string; readonly values: readonly number[] }[] = [];
  for (const { label, interventions } of chains) {
    const { layer } = await layerMaxima(opened, interventions, { prompt, context: harness.context });
    curves.push({ label, values: layer.map(Math.abs) });
  }
  const series = curves.map(({ label, values }) => ({ label, points: values.map((y, x) => ({ x, y })) }));
  const panel = { x: { label: 'layer' }, y: { label: 'largest magnitude' }, series };
  return {
    data: { number: figure4.number, title: figure4.title, panels: [panel] },
    records: {
      columns: ['series', 'layer', 'largest_magnitude'],
      rows: curves.flatMap(({ label, values }) => values.map((value, layer) => [label, layer, value])),
    },
    numbers: [],
    caption: [
      `One forward pass of ${prompt.length} tokens through ${opened.name}; outliers are the largest`,
      `${shareOf(run)} of every tensor.`,
    ].join(' '),
    notes: [],
    shows: inWords(curves, Math.min(...opened.facts.superWeights().map(({ layer }) => layer))),
  };
}

function inWords(
  curves: readonly { readonly label: string; readonly values: readonly number[] }[],
  layer: number,
): string {
  const at = curves.map(({ label, values }) => `${label} ${values[layer]!.toPrecision(4)}`).join(', ');
  const end = curves.map(({ label, values }) => `${label} ${values.at(-1)!.toPrecision(4)}`).join(', ');
  return `Behind layer ${layer}, the first with a super weight, the largest magnitude is: ${at}. Behind the last layer: ${end}.`;
}
