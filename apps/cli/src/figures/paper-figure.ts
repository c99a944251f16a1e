/** What a figure of the paper is made of: a function from a model to what is drawn. */
import type { ResultRow } from '@linchpin/plugin-api';
import type { FigureData, GenerationArtifact, Table } from '@linchpin/report';
import type { FigureFlags } from '../commands/figure.ts';
import type { OpenedModel } from '../open-model.ts';
import type { FigureOption } from './figure-options.ts';

export interface PaperFigure {
  readonly number: number;
  readonly title: string;
  /** Flags that mean something to this figure, besides those of every figure; the others are refused. */
  readonly takes: readonly FigureOption[];
  /** Whether nothing that it computes is remembered; `--fresh` is refused then. */
  readonly remembersNothing?: true;
  /** Asks everything that could stop it before it computes the first number. */
  run(figure: FigureRun): Promise<FigureResult>;
}

export interface FigureRun {
  readonly opened: OpenedModel;
  readonly flags: FigureFlags;
  readonly signal: AbortSignal;
  /** Where the numbers go that were done when the run ended early. */
  readonly partial: string;
}

export interface FigureResult {
  readonly data: FigureData;
  /** What is drawn in the long form: a line a point. */
  readonly records: Table;
  /** A shorter form for the terminal; the records when absent. */
  readonly table?: Table;
  /** The numbers with their provenance, for figures that are made of metrics. */
  readonly numbers: readonly ResultRow[];
  /** Generated texts that a report shows beside the drawing. */
  readonly texts?: GenerationArtifact;
  /** How it was made, in a sentence. */
  readonly caption: string;
  /** What should be known of the numbers. */
  readonly notes: readonly string[];
  /** One plain sentence of what the figure shows. */
  readonly shows: string;
}
