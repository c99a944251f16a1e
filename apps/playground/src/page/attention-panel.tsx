/** The attention that every head pays to the first token, without and with the change. */
import { cell, plot, text } from '@observablehq/plot';
import type { JSX } from 'preact';
import type { LayerLook } from '../engine/look-inside.ts';
import type { BothLooks } from '../engine/playground-engine.ts';
import { Chart } from './chart.tsx';

export function AttentionPanel({ looks }: { readonly looks: BothLooks }): JSX.Element {
  return (
    <section class="card" aria-labelledby="attention-title">
      <h2 id="attention-title">Where its heads look</h2>
      <p class="quiet small">
        Each cell is one attention head. The stronger its colour, the more of its attention goes to the very first token
        of the text
        {looks.tokens.length > 0 ? (
          <>
            {' '}
            (<code>{looks.tokens[0]}</code>)
          </>
        ) : null}
        : heads that have nothing to look for rest there.
      </p>
      <div class="beside">
        <Heads title="Original" side="original" layers={looks.original} />
        <Heads title="Changed" side="changed" layers={looks.changed} />
      </div>
    </section>
  );
}

interface HeadsProps {
  readonly title: string;
  readonly side: 'original' | 'changed';
  readonly layers: readonly LayerLook[];
}

function Heads({ title, side, layers }: HeadsProps): JSX.Element {
  const shares = layers.flatMap(({ attention }) => attention);
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  const told = Number.isFinite(mean) ? `${(100 * mean).toFixed(0)} %` : 'not a number';
  return (
    <figure class={side}>
      <figcaption>
        {title}: <strong>{told}</strong> on average
      </figcaption>
      <Chart
        label={`${title}: ${layers.length} layers of ${layers[0]?.attention.length ?? 0} heads pay ${told} of their attention to the first token on average.`}
        of={[layers]}
        draw={(width) => drawHeads(width, side, layers)}
      />
    </figure>
  );
}

/** Rows of cells that are wide enough have the share in them. */
const readableWidth = 46;

/** More of them have lower rows, without numbers. */
const fewLayers = 16;

function drawHeads(width: number, side: HeadsProps['side'], layers: readonly LayerLook[]): Element {
  const cells = layers.flatMap(({ attention }, layer) => attention.map((share, head) => ({ layer, head, share })));
  const heads = layers[0]?.attention.length ?? 1;
  const isReadable = width / heads >= readableWidth && layers.length <= fewLayers;
  const finite = cells.filter(({ share }) => Number.isFinite(share));
  return plot({
    width,
    height: 46 + layers.length * (layers.length > fewLayers ? 10 : 22),
    marginLeft: 44,
    marginBottom: 34,
    style: { fontSize: '12px', background: 'none' },
    x: { label: 'head', tickSize: 0 },
    y: { label: 'layer', tickSize: 0, ...(layers.length > fewLayers ? { ticks: [0, 5, 10, 15, 20, 25, 30, 35] } : {}) },
    marks: [
      cell(cells, { x: 'head', y: 'layer', fill: 'var(--raised)', inset: 1, rx: 2 }),
      cell(finite, { x: 'head', y: 'layer', fill: `var(--${side})`, fillOpacity: 'share', inset: 1, rx: 2 }),
      ...(isReadable
        ? [
            text(finite, {
              x: 'head',
              y: 'layer',
              text: ({ share }: { share: number }) => (100 * share).toFixed(0),
              fill: ({ share }: { share: number }) => (share > 0.55 ? 'var(--ground)' : 'var(--ink)'),
              fontSize: 11,
            }),
          ]
        : []),
    ],
    opacity: { domain: [0, 1], range: [0, 1] },
  });
}
