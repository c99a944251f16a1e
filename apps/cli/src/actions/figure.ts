/** Computes and writes a figure of the paper. */
import { stdout } from 'node:process';
import type { FigureFlags } from '../commands/figure.ts';
import { unknownFigure } from '../figures/errors.ts';
import { figureArtifact } from '../figures/figure-artifact.ts';
import { requireTaken } from '../figures/figure-options.ts';
import type { PaperFigure } from '../figures/paper-figure.ts';
import { figureFiles, saveFigure } from '../figures/save-figure.ts';
import { showFigure } from '../figures/show-figure.ts';
import { figures } from '../generated/figures.ts';
import { jsonText } from '../json-text.ts';
import { openModel } from '../open-model.ts';
import { makeFolder, requireWritable } from '../writable.ts';

export async function writeFigure(number: string, flags: FigureFlags, signal: AbortSignal): Promise<void> {
  const figure = findFigure(number);
  requireTaken(figure, flags);
  const files = figureFiles(figure, flags.out, flags.csv);
  await makeFolder(flags.out);
  for (const file of Object.values(files)) await requireWritable(file);
  const opened = await openModel(flags, signal);
  const result = await figure.run({ opened, flags, signal, partial: files.partial });
  await saveFigure(result, figureArtifact(result, opened.name, flags), files);
  const { data, numbers } = result;
  stdout.write(flags.json === true ? jsonText({ figure: data, numbers }) : showFigure(result, files));
}

export function findFigure(number: string): PaperFigure {
  const figure = figures.find((candidate) => String(candidate.number) === number);
  if (figure !== undefined) return figure;
  throw unknownFigure(
    number,
    figures.map((candidate) => String(candidate.number)),
  );
}
