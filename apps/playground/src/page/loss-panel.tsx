/** How wrong the model is about a fixed text, and how that moves with the super weight's factor (Figure 6). */
import { axisX, axisY, dot, gridY, line, plot, ruleX } from '@observablehq/plot';
import type { JSX } from 'preact';
import { Chart } from './chart.tsx';
import type { CurvePoint } from './use-loss-curve.ts';
import type { Results } from './use-results.ts';

export interface LossPanelProps {
  readonly losses: Results['losses'];
  readonly points: readonly CurvePoint[];
  /** Of the super weight, now; undefined where it has another value or none is known. */
  readonly factor: number | undefined;
  readonly measured: string;
}

export function LossPanel({ losses, points, factor, measured }: LossPanelProps): JSX.Element {
  return (
    <section class="card loss" aria-labelledby="loss-title">
      <h2 id="loss-title">How wrong it is</h2>
      <p class="quiet small">
        The mean surprise at each token of a fixed text, in nats; lower is better. <q>{measured}</q>
      </p>
      <p class="figures" role="status">
        <span class="original">
          <Loss of={losses?.original} /> original
        </span>
        <span class="changed">
          <Loss of={losses?.changed} /> changed
        </span>
      </p>
      {factor === undefined && points.length === 0 ? null : (
        <Chart
          label={labelOf(points)}
          of={[points, factor, losses?.changed]}
          draw={(width) => drawCurve(width, points, { factor, loss: losses?.changed })}
        />
      )}
    </section>
  );
}

/** The element holds the whole number. */
function Loss({ of: loss }: { readonly of: number | undefined }): JSX.Element {
  return (
    <strong>
      <data value={loss}>{shown(loss)}</data>
    </strong>
  );
}

function shown(loss: number | undefined): string {
  if (loss === undefined) return '…';
  return Number.isFinite(loss) ? loss.toFixed(2) : 'not a number';
}

function labelOf(points: readonly CurvePoint[]): string {
  const told = points
    .filter(({ loss }) => Number.isFinite(loss))
    .map(({ factor, loss }) => `${factor}: ${loss.toFixed(2)}`);
  return `Loss of the text by the factor of the super weight. ${told.join('; ')}.`;
}

function drawCurve(
  width: number,
  points: readonly CurvePoint[],
  now: { readonly factor: number | undefined; readonly loss: number | undefined },
): Element {
  const finite = points.filter(({ loss }) => Number.isFinite(loss));
  const current = now.factor === undefined || now.loss === undefined ? [] : [{ factor: now.factor, loss: now.loss }];
  return plot({
    width,
    height: 210,
    marginLeft: 44,
    marginBottom: 40,
    style: { fontSize: '12px', background: 'none' },
    x: { domain: [0, 3], label: 'factor of the super weight' },
    y: { zero: true, label: 'loss, nats a token', nice: true },
    marks: [
      gridY({ strokeOpacity: 0.15 }),
      axisX({ ticks: [0, 0.5, 1, 1.5, 2, 2.5, 3] }),
      axisY({ ticks: 4 }),
      ruleX([1], { strokeOpacity: 0.35, strokeDasharray: '3 3' }),
      line(finite, { x: 'factor', y: 'loss', stroke: 'var(--quiet)', strokeWidth: 2 }),
      dot(finite, { x: 'factor', y: 'loss', r: 2.5, fill: 'var(--quiet)' }),
      dot(current, { x: 'factor', y: 'loss', r: 6, fill: 'var(--changed)', stroke: 'var(--ground)', strokeWidth: 2 }),
    ],
  });
}
