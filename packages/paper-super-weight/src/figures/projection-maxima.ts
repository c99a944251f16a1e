/** Figures 3 and 10: the largest input and output of every layer's MLP output projection, signed as the paper plots them. */
import { searchPrompt } from '@linchpin/defaults';
import { type Chain, sequenceIds } from '@linchpin/execution';
import type { FigurePanel, FigureSeries } from '@linchpin/report';
import { layerMaxima, type LayerMaxima } from './layer-maxima.ts';
import type { DrawnFigure, FigureRun } from './paper-figure.ts';

type Side = 'input' | 'output';

/** Printed values: series by Hub id in lower case, of the layers whose values are known. */
export type PublishedMaxima = Readonly<
  Record<string, Readonly<Record<Side, readonly (readonly [layer: number, value: number])[]>>>
>;

export interface ProjectionFigure {
  readonly number: number;
  readonly title: string;
  readonly chains: readonly Chain[];
  readonly published: PublishedMaxima;
}

export async function drawProjectionMaxima(run: FigureRun, figure: ProjectionFigure): Promise<DrawnFigure> {
  const { opened, options, harness } = run;
  const prompt = sequenceIds(options.prompt ?? searchPrompt, 'the prompt', opened);
  const curves: { readonly label: string; readonly maxima: LayerMaxima }[] = [];
  for (const { label, interventions } of figure.chains)
    curves.push({ label, maxima: await layerMaxima(opened, interventions, { prompt, context: harness.context }) });
  const printed = figure.published[opened.hubId?.toLowerCase() ?? ''];
  const panels = (['input', 'output'] as const).map((side): FigurePanel => ({
    title: `Largest ${side} of the MLP's output projection`,
    x: { label: 'layer' },
    y: { label: 'value' },
    series: [
      ...curves.map(({ label, maxima }): FigureSeries => ({ label, points: points([...maxima[side].entries()]) })),
      ...(printed === undefined
        ? []
        : [{ label: 'Original, published', points: points(printed[side]), published: true }]),
    ],
  }));
  return {
    data: { number: figure.number, title: figure.title, panels },
    records: {
      columns: ['series', 'layer', 'input', 'output'],
      rows: curves.flatMap(({ label, maxima }) =>
        maxima.input.map((input, layer) => [label, layer, input, maxima.output[layer]!]),
      ),
    },
    numbers: [],
    caption: `One forward pass of ${prompt.length} tokens through ${opened.name}; entries of largest magnitude, signed.`,
    notes: [],
    shows: curves.map(({ label, maxima }) => `${label}: ${inWords(maxima)}.`).join(' '),
  };
}

function points(values: readonly (readonly [number, number])[]): { x: number; y: number }[] {
  return values.map(([x, y]) => ({ x, y }));
}

function inWords({ input, output }: LayerMaxima): string {
  return `the largest input is ${peakInWords(input)}, the largest output ${peakInWords(output)}`;
}

/** `1703 in layer 1 (2.9 times that of any other layer)`. */
function peakInWords(values: readonly number[]): string {
  const magnitudes = values.map(Math.abs);
  const most = Math.max(...magnitudes);
  const layer = magnitudes.indexOf(most);
  const others = magnitudes.filter((_, index) => index !== layer);
  const times = others.length === 0 ? '' : ` (${(most / Math.max(...others)).toPrecision(2)} times that of any other)`;
  return `${values[layer]!.toPrecision(4)} in layer ${layer}${times}`;
}
