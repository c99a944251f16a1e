/** The map: where activations are large, layer by layer (Figures 3, 4 and 10), and the scalars between the largest of a layer. */
import { axisX, axisY, dot, gridY, line, plot } from '@observablehq/plot';
import type { JSX } from 'preact';
import type { LayerLook } from '../engine/look-inside.ts';
import type { BothLooks, MatrixFacts } from '../engine/playground-engine.ts';
import { Chart } from './chart.tsx';
import type { NamedPlace } from './places.ts';

type Site = 'inputs' | 'outputs' | 'stream';

const sites: readonly { readonly site: Site; readonly title: string }[] = [
  { site: 'inputs', title: 'Into the MLP’s output matrix' },
  { site: 'outputs', title: 'Out of it' },
  { site: 'stream', title: 'Behind the layer' },
];

export interface LayerChartsProps {
  readonly looks: BothLooks;
  readonly layer: number;
  readonly onLayer: (layer: number) => void;
}

/** A click on a chart chooses the layer that stands there; so do the keys that move a slider. */
export function LayerCharts({ looks, layer, onLayer }: LayerChartsProps): JSX.Element {
  const choose = (event: { readonly currentTarget: HTMLInputElement }): void =>
    onLayer(event.currentTarget.valueAsNumber);
  return (
    <div class="layer-charts">
      {sites.map(({ site, title }) => (
        <figure key={site}>
          <figcaption>{title}</figcaption>
          <div class="chosen-by-layer" style={{ '--left': `${margins.left}px`, '--right': `${margins.right}px` }}>
            <Chart
              label={labelOf(title, site, looks)}
              of={[looks, layer]}
              draw={(width) => drawPeaks(width, { looks, site, layer })}
            />
            <input
              type="range"
              min="0"
              max={looks.original.length - 1}
              value={layer}
              aria-label={`${title}: layer whose largest scalar is picked`}
              aria-valuetext={`layer ${layer}: ${valueOf(looks.original[layer]!, site).toPrecision(3)}`}
              onInput={choose}
              // A click on the layer that is chosen already moves nothing, and picks its scalar all the same.
              onClick={choose}
            />
          </div>
        </figure>
      ))}
    </div>
  );
}

/** The scalar between the largest input and the largest output of the matrix that writes a layer's MLP output. */
export function largestScalar(
  matrices: readonly MatrixFacts[],
  { original }: BothLooks,
  layer: number,
): NamedPlace | undefined {
  const matrix = matrices.find((each) => each.layer === layer && each.isMlpOutput);
  const { inputs, outputs } = original[layer]!;
  const [row, column] = [outputs[0]!.channel, inputs[0]!.channel];
  return matrix === undefined ? undefined : { layer, name: matrix.name, row, column };
}

function valueOf(look: LayerLook, site: Site): number {
  return site === 'stream' ? look.stream.value : look[site][0]!.value;
}

function labelOf(title: string, site: Site, { original, changed }: BothLooks): string {
  const largest = (looks: readonly LayerLook[]): string => {
    const values = looks.map((look) => valueOf(look, site));
    const at = values.reduce((best, value, layer) => (Math.abs(value) > Math.abs(values[best]!) ? layer : best), 0);
    return `${values[at]!.toPrecision(3)} in layer ${at}`;
  };
  return `${title}: the largest value of each layer. Original: the most is ${largest(original)}; changed: ${largest(changed)}.`;
}

/** Beside the charts' points, in pixels. */
const margins = { left: 46, right: 20 } as const;

interface Peaks {
  readonly looks: BothLooks;
  readonly site: Site;
  readonly layer: number;
}

function drawPeaks(width: number, { looks, site, layer }: Peaks): Element {
  const points = (of: readonly LayerLook[]): { layer: number; value: number }[] =>
    of
      .map((look, index) => ({ layer: index, value: valueOf(look, site) }))
      .filter(({ value }) => Number.isFinite(value));
  const [original, changed] = [points(looks.original), points(looks.changed)];
  const last = looks.original.length - 1;
  return plot({
    width,
    height: 170,
    marginLeft: margins.left,
    marginRight: margins.right,
    marginBottom: 34,
    style: { fontSize: '12px', background: 'none' },
    x: { domain: [0, last], label: 'layer' },
    y: { label: null, nice: true, zero: true },
    marks: [
      gridY({ strokeOpacity: 0.15 }),
      axisX({ ticks: Math.min(8, last), tickFormat: 'd' }),
      axisY({ ticks: 4, tickFormat: '~s' }),
      line(original, { x: 'layer', y: 'value', stroke: 'var(--original)', strokeWidth: 2 }),
      dot(original, { x: 'layer', y: 'value', fill: 'var(--original)', r: 3 }),
      line(changed, { x: 'layer', y: 'value', stroke: 'var(--changed)', strokeWidth: 2, strokeDasharray: '5 3' }),
      dot(changed, {
        x: 'layer',
        y: 'value',
        stroke: 'var(--changed)',
        fill: 'var(--ground)',
        symbol: 'diamond',
        r: 3.5,
      }),
      dot(
        original.filter((point) => point.layer === layer),
        { x: 'layer', y: 'value', r: 7, stroke: 'currentColor', strokeOpacity: 0.6 },
      ),
    ],
  });
}
