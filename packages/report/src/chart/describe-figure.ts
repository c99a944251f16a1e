/** What a chart shows, in words, for those who do not see it. The points themselves stand in a table beside it. */
import type { FigureAxis, FigureData, FigurePanel, FigureSeries } from '../figure-data.ts';
import { shortNumber } from './axis-scale.ts';
import { drawnPoints } from './draw-panel.ts';

export function describeFigure({ panels }: FigureData): string {
  return panels.map(describePanel).join(' ');
}

function describePanel(panel: FigurePanel): string {
  const { title, x, y, series } = panel;
  const name = title === undefined ? '' : `${title}: `;
  const axes = `${name}${axisInWords(y)} against ${axisInWords(x)}.`;
  return [axes, ...series.map((each) => describeSeries(panel, each))].join(' ');
}

function axisInWords({ label, log, names }: FigureAxis): string {
  const plain = label === '' && names !== undefined ? 'names' : label;
  return log === true ? `${plain} (logarithmic)` : plain;
}

function describeSeries(panel: FigurePanel, series: FigureSeries): string {
  const points = drawnPoints(panel, series);
  const missing = series.points.length - points.length;
  const without = missing === 0 ? '' : `, ${missing} more without a place on the axes`;
  const counted = `${series.label}: ${points.length} points${without}`;
  if (points.length === 0) return `${counted}.`;
  const along = panel.y.names === undefined ? 'y' : 'x';
  const values = points.map((point) => point[along]);
  return `${counted}, from ${shortNumber(Math.min(...values))} to ${shortNumber(Math.max(...values))}.`;
}
