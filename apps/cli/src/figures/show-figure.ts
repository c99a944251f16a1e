/** A finished figure as text. */
import { renderTable } from '@linchpin/report';
import type { FigureResult } from './paper-figure.ts';
import type { FigureFiles } from './save-figure.ts';

/** The points, what should be known of them, what they show, and where they are. */
export function showFigure(result: FigureResult, files: FigureFiles): string {
  const { table = result.records, numbers, caption, notes, shows } = result;
  const provenance = numbers.length > 0 ? `   Numbers with their provenance: ${files.numbers}` : '';
  const where = `Figure: ${files.drawing}   Points: ${files.points}${provenance}`;
  return [renderTable(table), caption, ...notes, '', shows, '', where, ''].join('\n');
}
