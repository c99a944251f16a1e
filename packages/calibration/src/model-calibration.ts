/** Channel maxima of a model, measured on a calibration text when they are first asked for, or read from a file. */
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { calibrationLossSamples, calibrationSamples, calibrationTokens, scoringBatchTokens } from '@linchpin/defaults';
import { applied, type HashedCheckpoint, type RunContext } from '@linchpin/execution';
import type { Calibration, CalibrationLosses, Intervention, Json, Tokenizer } from '@linchpin/plugin-api';
import { calibrationFile, type CalibrationText, readCalibrationText } from './calibration-text.ts';
import { calibrationNotReadable, idleBesideScales } from './errors.ts';
import { measureChannelMaxima } from './measure-channel-maxima.ts';
import { isScaleFile, loadScales, saveScales } from './scale-file.ts';
import { textLosses } from './text-losses.ts';

export interface CalibrationSource extends HashedCheckpoint {
  readonly tokenizer: Tokenizer;
}

/** What activation scales are measured on, or read from. */
export interface CalibrationOptions {
  /** `wikitext2-train`, `wikitext2-validation` or `self-generated`, a text or JSONL file, or a file of scales; what goes with the data folder when absent. */
  readonly source?: string;
  /** Most samples of a text, and most tokens of one; 512 each when absent. */
  readonly samples?: number;
  readonly tokens?: number;
  /** Safetensors file to which the scales that were measured are written. */
  readonly save?: string;
}

/** What a calibration depends on besides the model. */
export interface CalibrationRun {
  readonly options: CalibrationOptions;
  /** Folder of the data files; the embedded sets when absent. */
  readonly datasets?: string | undefined;
  /** The file of the data set that the options name, where it lies elsewhere. */
  readonly fetched?: string | undefined;
  readonly context: RunContext;
}

type Maxima = ReadonlyMap<string, Float32Array>;

/** One model's. */
export class ModelCalibration {
  readonly #source: CalibrationSource;
  readonly #options: CalibrationOptions;
  readonly #data: Pick<CalibrationRun, 'datasets' | 'fetched'>;
  readonly #context: RunContext;
  /** By the interventions that come before, then by site. */
  readonly #maxima = new Map<string, Map<string, Float32Array>>();
  #origin: Json | undefined;
  #note: string | undefined;

  constructor(source: CalibrationSource, { options, datasets, fetched, context }: CalibrationRun) {
    this.#source = source;
    this.#options = options;
    this.#data = { datasets, fetched };
    this.#context = context;
  }

  /** What the maxima are of, in a sentence; undefined as long as nobody has asked for them. */
  get note(): string | undefined {
    return this.#note;
  }

  /** That of the model under interventions. Throws where the options name nothing that can be measured on or read. */
  after(interventions: readonly Intervention[]): Calibration {
    this.#origin ??= this.#findOrigin();
    const key = JSON.stringify(applied(interventions));
    const known = this.#maxima.get(key) ?? new Map<string, Float32Array>();
    this.#maxima.set(key, known);
    return {
      origin: this.#origin,
      channelMaxima: async (sites) => {
        const missing = [...new Set(sites)].filter((site) => !known.has(site));
        if (missing.length > 0) {
          for (const [site, maxima] of await this.#find(missing, interventions)) known.set(site, maxima);
          const { save } = this.#options;
          if (save !== undefined) await saveScales(save, known, this.#context.temporaryFiles);
        }
        return new Map(sites.map((site) => [site, known.get(site)!]));
      },
      ...(this.#scales() === undefined
        ? { losses: async (candidates) => await this.#losses(candidates, interventions) }
        : {}),
    };
  }

  #findOrigin(): Json {
    const { source, ...measuring } = this.#options;
    const scales = this.#scales();
    if (scales !== undefined) {
      if (Object.values(measuring).some((value) => value !== undefined)) throw idleBesideScales(scales);
      return { scales: basename(scales), sha256: sha256Of(scales) };
    }
    const file = calibrationFile({ calibration: source, ...this.#data });
    const { samples, tokens } = this.#bounds();
    return { text: basename(file), sha256: sha256Of(file), samples, tokens };
  }

  async #find(sites: readonly string[], interventions: readonly Intervention[]): Promise<Maxima> {
    const scales = this.#scales();
    if (scales === undefined) return await this.#measure(sites, interventions);
    this.#note = `Activation scales: ${scales}.`;
    return await loadScales(scales, sites);
  }

  /** The file of scales; undefined where a text is measured on. */
  #scales(): string | undefined {
    const { source } = this.#options;
    return source !== undefined && isScaleFile(source) ? source : undefined;
  }

  async #measure(sites: readonly string[], interventions: readonly Intervention[]): Promise<Maxima> {
    const { reporter, settings } = this.#context;
    const text = await this.#text(this.#bounds().samples);
    const measure = (onSample: () => void): Promise<Maxima> =>
      measureChannelMaxima(this.#source, sites, {
        samples: text.samples,
        batchTokens: settings.batchTokens ?? scoringBatchTokens,
        interventions,
        context: this.#context,
        onSample,
      });
    const { samples } = text;
    const maxima = await reporter.begin(1).part(`calibration on ${text.name}`, samples.length, measure);
    this.#note = `Activation scales: largest magnitudes over ${inWords(text)}.`;
    return maxima;
  }

  async #losses(
    candidates: readonly Intervention[],
    interventions: readonly Intervention[],
  ): Promise<CalibrationLosses> {
    const { name, samples } = await this.#text(Math.min(this.#bounds().samples, calibrationLossSamples));
    const steps = candidates.length * samples.length;
    const work = (onSample: () => void): Promise<number[]> =>
      textLosses(this.#source, candidates, { samples, interventions, context: this.#context, onSample });
    const nll = await this.#context.reporter.begin(1).part(`losses on ${name}`, steps, work);
    return { nll, samples: samples.length, tokens: tokensOf(samples) };
  }

  async #text(samples: number): Promise<CalibrationText> {
    const { tokenizer, config } = this.#source;
    return await readCalibrationText({
      tokenizer,
      contextLength: config.contextLength,
      calibration: this.#options.source,
      ...this.#data,
      ...this.#bounds(),
      samples,
    });
  }

  #bounds(): { readonly samples: number; readonly tokens: number } {
    const { samples = calibrationSamples, tokens = calibrationTokens } = this.#options;
    return { samples, tokens };
  }
}

function inWords({ name, samples }: CalibrationText): string {
  return `${samples.length} samples of ${name}, ${tokensOf(samples)} tokens`;
}

function tokensOf(samples: readonly Int32Array[]): number {
  return samples.reduce((sum, { length }) => sum + length, 0);
}

/** At once: what an intervention records is known before it is carried out. Texts and scales are read whole anyway. */
function sha256Of(file: string): string {
  try {
    return hash('sha256', readFileSync(file));
  } catch (cause) {
    throw calibrationNotReadable(file, cause);
  }
}
