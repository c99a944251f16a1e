/**
 * Results as files that a report is made of: everything of a table, a figure, generated texts or a directory of super
 * weights, with the provenance of each number.
 */
import type { AppliedIntervention, Json, ResultRow, SuperWeight } from '@linchpin/plugin-api';
import type { FigureData } from './figure-data.ts';

export type Artifact = TableArtifact | FigureArtifact | GenerationArtifact | DirectoryArtifact;

/** What all kinds have in common. */
interface ArtifactParts {
  /** Name of the model; several, separated by commas, where the artifact compares models. */
  readonly model: string;
  readonly title: string;
  /** Flags and other choices by their names, as a reader would give them again. */
  readonly settings: Readonly<Record<string, Json>>;
  /** What should be known of the numbers. */
  readonly notes: readonly string[];
  /** How it was made, in a sentence. */
  readonly caption?: string;
  /** What it shows, in a sentence or two. */
  readonly shows?: string;
}

export interface TableArtifact extends ArtifactParts {
  readonly kind: 'table';
  /** Number of the table in its paper; absent for tables that no paper has. */
  readonly number?: number;
  /** Columns behind the one of row labels. */
  readonly columns: readonly ArtifactColumn[];
  readonly rows: readonly ArtifactRow[];
  /** All numbers of which the table is made. */
  readonly numbers: readonly ResultRow[];
}

export interface ArtifactColumn {
  readonly header: string;
  /** Digits behind the decimal point of numbers; the shortest form that reads back exactly when absent. */
  readonly decimals?: number;
  /** `%` for shares; columns of one unit are drawn together. Nothing is drawn of a column without. */
  readonly unit?: string;
}

export interface ArtifactRow {
  readonly label: string;
  /** One a column. */
  readonly cells: readonly ArtifactCell[];
}

export interface ArtifactCell {
  /** In the unit of the column. */
  readonly value: string | number | null;
  readonly standardError?: number;
  /** The printed number beside it. */
  readonly published?: number;
  /** Positions in `numbers` of what the value is made of; empty where it has no provenance. */
  readonly numbers: readonly number[];
}

export interface FigureArtifact extends ArtifactParts {
  readonly kind: 'figure';
  readonly figure: FigureData;
  /** Empty for figures that are not made of metrics. */
  readonly numbers: readonly ResultRow[];
}

export interface GenerationArtifact extends ArtifactParts {
  readonly kind: 'generation';
  readonly modelSha256: string;
  readonly prompts: readonly GeneratedPrompt[];
}

/** A prompt with its continuations, to be read side by side. */
export interface GeneratedPrompt {
  readonly prompt: string;
  readonly continuations: readonly Continuation[];
}

export interface Continuation {
  readonly label: string;
  readonly interventions: readonly AppliedIntervention[];
  /** What follows the prompt. */
  readonly text: string;
}

export interface DirectoryArtifact extends ArtifactParts {
  readonly kind: 'directory';
  /** Number of the table in its paper. */
  readonly number?: number;
  readonly models: readonly DirectoryModel[];
}

export interface DirectoryModel {
  readonly model: string;
  readonly modelSha256: string;
  /** Empty where none was found. */
  readonly found: readonly FoundWeight[];
  /** Printed coordinates; absent where the model is in no paper. */
  readonly published?: readonly SuperWeight[];
  /** Why there is none, or what makes the answer doubtful. */
  readonly note?: string;
}

export interface FoundWeight extends SuperWeight {
  /** Name of the matrix in Hugging Face notation. */
  readonly tensor: string;
  readonly value: number;
  /** Largest magnitudes of the projection's input and output at the super activation, signed. */
  readonly input?: number;
  readonly output?: number;
  /** Change of the mean negative log-likelihood per token when it alone is set to zero, and when as many others are. */
  readonly effect?: number;
  readonly effectOfOthers?: number;
}
