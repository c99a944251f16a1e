/** A figure as files; each appears whole or not at all. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  artifactToJson,
  type FigureArtifact,
  figureToSvg,
  resultRowsToCsv,
  tableToCsv,
  writeFileAtomically,
} from '@linchpin/report';
import type { FigureResult, PaperFigure } from './paper-figure.ts';

export interface FigureFiles {
  /** Everything, for reports. */
  readonly result: string;
  readonly drawing: string;
  /** What is drawn: one line a point. */
  readonly points: string;
  /** One line a number, with counts, standard errors and provenance; only for figures that are made of metrics. */
  readonly numbers: string;
  /** Generated texts, for reports; only for figures that have some. */
  readonly texts: string;
  /** The numbers of a run that ended early. */
  readonly partial: string;
}

/** Where the files of a figure lie; `csv` is where the points go instead. */
export function figureFiles({ number }: PaperFigure, folder: string, csv: string | undefined): FigureFiles {
  const stem = join(folder, `figure-${number}`);
  return {
    result: `${stem}.json`,
    drawing: `${stem}.svg`,
    points: csv ?? `${stem}.csv`,
    numbers: `${stem}-numbers.csv`,
    texts: `${stem}-texts.json`,
    partial: `${stem}-numbers.partial.csv`,
  };
}

/** Writes the finished figure, and removes what an unfinished run has left. */
export async function saveFigure(
  { data, records, numbers, texts }: FigureResult,
  artifact: FigureArtifact,
  files: FigureFiles,
): Promise<void> {
  await writeFileAtomically(files.result, artifactToJson(artifact));
  await writeFileAtomically(files.drawing, await figureToSvg(data));
  await writeFileAtomically(files.points, tableToCsv(records));
  if (numbers.length > 0) await writeFileAtomically(files.numbers, resultRowsToCsv(numbers));
  if (texts !== undefined) await writeFileAtomically(files.texts, artifactToJson(texts));
  await rm(files.partial, { force: true });
}
