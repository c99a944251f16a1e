/** A finished figure as a file of results, which reports are made of. */
import type { FigureArtifact } from '@linchpin/report';
import type { FigureFlags } from '../commands/figure.ts';
import { settingsOf } from '../report/settings-of.ts';
import type { FigureResult } from './paper-figure.ts';

export function figureArtifact(result: FigureResult, model: string, flags: FigureFlags): FigureArtifact {
  const { data, numbers, notes, caption, shows } = result;
  return {
    kind: 'figure',
    model,
    title: data.title,
    settings: settingsOf(flags),
    figure: data,
    numbers,
    notes,
    caption,
    shows,
  };
}
