import type { AppliedIntervention } from '@linchpin/plugin-api';
import type { Chain } from '@linchpin/execution';
import type { Harness, OpenedModel } from '@linchpin/harness';
import { withoutEffect } from './errors.ts';

/** What a format is handed. */
export interface ExportRequest {
  readonly harness: Harness;
  readonly model: OpenedModel;
  readonly chain: Chain;
  /** Empty; what is written there comes into its place when it is whole. */
  readonly folder: string;
  readonly options: ExportSettings;
}

/** What may be said about an export, whatever its format. */
export interface ExportSettings {
  /** Of the format's; its first when absent. */
  readonly dtypes?: readonly string[] | undefined;
  /** Weights of a block, where weights are quantized; 32 when absent. */
  readonly block?: number | undefined;
  /** Whether super weights are held out of their blocks, where weights are quantized; the known ones when absent. */
  readonly holdOut?: boolean | undefined;
  /** Longest sequence; the model's context when absent. */
  readonly context?: number | undefined;
}

/** What became of the model: what the card says of it. */
export interface Exported {
  /** One line each, Markdown. */
  readonly notes: readonly string[];
  /** The interventions of the user, with what has to be known of them. */
  readonly interventions: readonly AppliedIntervention[];
  /** How the card says that the model is used: Markdown. */
  readonly use: string;
  readonly library: string;
  readonly tags: readonly string[];
  /** What the model is to the one that it was made of, in words of the Hugging Face hub. */
  readonly relation: 'finetune' | 'quantized';
  /** For whoever asks for JSON. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** A way in which a model is written for other programs: one file of `formats`. */
export interface ExportFormat {
  readonly name: string;
  /** The first holds when none is given. */
  readonly dtypes: readonly string[];
  /** Throws for settings that nothing takes, before anything is written. */
  check(settings: ExportSettings): void;
  /** Whether the model's super weights are looked at. */
  usesSuperWeights(settings: ExportSettings): boolean;
  write(request: ExportRequest): Promise<Exported>;
}

/** Throws for the first of the settings that is given; `exported` says for what kind of export. */
export function requireUnused(settings: Pick<ExportSettings, 'block' | 'holdOut' | 'context'>, exported: string): void {
  for (const name of ['block', 'holdOut', 'context'] as const)
    if (settings[name] !== undefined) throw withoutEffect(name, settings[name], exported);
}
