/** A finished sweep as Figure 6 of the paper, and in a sentence. */
import type { FigureData, FigurePanel, FigureSeries, Table } from '@linchpin/report';
import { averageHeader, type FactorComparison } from './compare-factors.ts';
import { unchanged } from './factors.ts';
import type { FinishedSweep } from './finished-sweep.ts';

const x = { label: 's' };

/** The average accuracy and both perplexities against the factor. */
export function drawSweep(sweep: FinishedSweep, { number, title }: { number: number; title: string }): FigureData {
  const perplexities = sweep.columns.filter(({ kind }) => kind === 'perplexity');
  const averages: FigurePanel = {
    title: 'Average accuracy',
    x,
    y: { label: 'accuracy, %' },
    series: [{ label: 'measured', points: pointsOf(sweep, sweep.averages) }, ...publishedSeries(sweep)],
  };
  return {
    number,
    title,
    panels: [
      averages,
      ...perplexities.map(({ header, points }): FigurePanel => ({
        title: header,
        x,
        y: { label: 'perplexity', log: true },
        series: [
          {
            label: 'measured',
            points: pointsOf(
              sweep,
              points.map(({ value }) => value),
            ),
          },
        ],
      })),
    ],
  };
}

/** What is drawn, and every accuracy behind the average: a line a point. */
export function sweepRecords({ factors, columns, averages, published }: FinishedSweep): Table {
  const average = factors.map((factor, point) => [
    factor,
    averageHeader,
    averages[point]!,
    published.get(factor) ?? null,
  ]);
  const others = columns.flatMap(({ header, points }) =>
    factors.map((factor, point) => [factor, header, points[point]!.value, null]),
  );
  return { columns: ['s', 'metric', 'value', 'published'], rows: [...average, ...others] };
}

/** Whether any factor is better than leaving the model alone, and whether that can be told from chance. */
export function describeSweep({ factors, averages, comparisons }: FinishedSweep, model: string): string {
  const at = (factor: number): string => `${averages[factors.indexOf(factor)]!.toFixed(2)} %`;
  const others = comparisons.filter(({ header }) => header === averageHeader);
  if (others.length === 0) return `The average accuracy of ${model} is ${at(unchanged)}.`;
  const best = others.reduce((a, b) => (b.difference > a.difference ? b : a));
  const worst = others.reduce((a, b) => (b.difference < a.difference ? b : a));
  const gain = `a difference of ${signed(best.difference)} points ${errorInWords(best)}; it was chosen on the same items`;
  return [
    `The average accuracy of ${model} is ${at(unchanged)} as it is. Of the other factors s = ${worst.factor} gives the lowest,`,
    `${at(worst.factor)}, and`,
    best.difference > 0 ? `s = ${best.factor} the highest, ${at(best.factor)}, ${gain}.` : 'none gives a higher one.',
  ].join(' ');
}

function errorInWords({ difference, standardError }: FactorComparison): string {
  if (standardError === null) return 'of unknown error';
  const verdict = Math.abs(difference) > 2 * standardError ? 'more' : 'no more';
  return `± ${standardError.toFixed(2)} (paired standard error), ${verdict} than twice its error`;
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;
}

function pointsOf({ factors }: FinishedSweep, values: readonly number[]): FigureSeries['points'] {
  return factors.map((factor, point) => ({ x: factor, y: values[point]! }));
}

function publishedSeries({ published }: FinishedSweep): FigureSeries[] {
  if (published.size === 0) return [];
  return [{ label: 'published', published: true, points: [...published].map(([s, y]) => ({ x: s, y })) }];
}
