/** What a figure of the paper is made of: a function from a model to what is drawn. */
import { resultInWords } from '@linchpin/report';
import type { Experiment, ExperimentResult, Harness, OpenedModel, OpenOptions } from '@linchpin/harness';
import type { Indivisible } from '@linchpin/plugin-quantize-weights';
import type { ResultRow } from '@linchpin/plugin-api';
import type { FigureData, GenerationArtifact, Table } from '@linchpin/report';
import { requireWhole } from '@linchpin/runtime';
import { type MeasuringOptions, type ModelChoice, openChosen, recordedSettings } from '../paper-options.ts';

export interface PaperFigure extends Experiment<FigureOptions>, FigureParts {}

/** What the file of a figure says. */
export interface FigureParts {
  readonly number: number;
  readonly title: string;
  /** Options that mean something to this figure, besides those of every figure; others would change nothing. */
  readonly takes: readonly FigureOption[];
  /** Whether nothing that it computes is remembered; asking to compute it anew would change nothing. */
  readonly remembersNothing?: true;
  /** What it does that needs a whole model in memory, and so refuses stages of layers, when the figure is planned. */
  readonly wholeFor?: string;
  /** Throws for options that do not fit the model, when the figure is planned. */
  check?(asked: Pick<FigureRun, 'opened' | 'options'>): void;
  /** Asks everything that could stop it before it computes the first number. */
  draw(run: FigureRun): Promise<DrawnFigure>;
}

export interface FigureOptions extends MeasuringOptions, OpenOptions {
  readonly model?: ModelChoice | undefined;
  /** Block sizes, separated by commas: numbers of weights, 128x128, channel or tensor; what fits the model when absent. */
  readonly blocks?: string | undefined;
  /** What super weights are multiplied by, ascending, 1 among them; those of the paper when absent. */
  readonly factors?: readonly number[] | undefined;
  /** What becomes of a matrix that a block size does not divide: an error, when absent, or one block. */
  readonly indivisible?: Indivisible | undefined;
  /** Weights beyond so many standard deviations are clipped; 9, the least of those of the paper, when absent. */
  readonly clipZ?: number | undefined;
  /** Prompt whose activations are looked at, or that is continued. */
  readonly prompt?: string | undefined;
  /** Share of each tensor whose largest weights are removed. */
  readonly outlierFraction?: number | undefined;
}

export type FigureOption =
  | 'bos'
  | 'datasets'
  | 'windowBos'
  | 'limit'
  | 'windows'
  | 'blocks'
  | 'factors'
  | 'indivisible'
  | 'clipZ'
  | 'prompt'
  | 'outlierFraction';

export interface FigureRun {
  readonly harness: Harness;
  readonly opened: OpenedModel;
  readonly options: FigureOptions;
  /** Called with numbers as they are done. */
  readonly onNumbers: (numbers: readonly ResultRow[]) => void;
}

export interface DrawnFigure {
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

/** Makes the experiment of what a figure's file says. */
export function paperFigure(figure: FigureParts): PaperFigure {
  return {
    ...figure,
    name: `figure-${figure.number}`,
    async plan(harness, options) {
      if (figure.wholeFor !== undefined)
        requireWhole(harness.context.settings, `figure ${figure.number}, ${figure.wholeFor}`);
      const opened = await openChosen(harness, options.model, options);
      figure.check?.({ opened, options });
      return {
        async run(onNumbers) {
          const drawn = await figure.draw({ harness, opened, options, onNumbers });
          return resultOf(drawn, { model: opened.name, settings: recordedSettings(harness, options) });
        },
      };
    },
  };
}

function resultOf(
  drawn: DrawnFigure,
  made: { readonly model: string; readonly settings: ReturnType<typeof recordedSettings> },
): ExperimentResult {
  const { data, records, table = records, numbers, texts, caption, notes, shows } = drawn;
  return {
    table: records,
    numbers,
    artifact: { kind: 'figure', ...made, title: data.title, figure: data, numbers, notes, caption, shows },
    drawing: data,
    ...(texts === undefined ? {} : { more: { '-texts.json': texts } }),
    json: { figure: data, numbers },
    inWords: (files) =>
      resultInWords({
        table,
        remarks: [caption, ...notes],
        shows: [shows],
        files: {
          Figure: files.drawing,
          Points: files.table,
          ...(numbers.length > 0 ? { 'Numbers with their provenance': files.numbers } : {}),
        },
      }),
  };
}
