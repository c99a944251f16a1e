/** Channel maxima of a model, measured on a calibration text when they are first asked for, or read from a file. */
import type { DecoderCheckpoint } from '@linchpin/models';
import type { ModelFacts, Tokenizer } from '@linchpin/plugin-api';
import { defaultBatchTokens } from '@linchpin/evaluator';
import type { ModelFlags } from '../flags.ts';
import { remark } from '../remark.ts';
import { runtimeOptions } from '../runtime-options.ts';
import { calibrationFile, type CalibrationText, readCalibrationText } from './calibration-text.ts';
import { defaultSamples, defaultTokens } from './defaults.ts';
import { measureChannelMaxima } from './measure-channel-maxima.ts';
import { isScaleFile, loadScales, saveScales } from './scale-file.ts';

export interface CalibrationSource extends DecoderCheckpoint {
  readonly tokenizer: Tokenizer;
}

/** One model's. */
export class Calibration {
  readonly #source: CalibrationSource;
  readonly #flags: ModelFlags;
  readonly #signal: AbortSignal;
  readonly #maxima = new Map<string, Float32Array>();
  #origin: string | undefined;

  constructor(source: CalibrationSource, flags: ModelFlags, signal: AbortSignal) {
    this.#source = source;
    this.#flags = flags;
    this.#signal = signal;
  }

  /** What the maxima are of, in a sentence; undefined as long as nobody has asked for them. */
  get note(): string | undefined {
    return this.#origin;
  }

  /** Throws where the flags name nothing that can be measured on or read. */
  check(): void {
    const { calibration } = this.#flags;
    if (calibration === undefined || !isScaleFile(calibration)) calibrationFile(this.#flags);
  }

  /** See ModelFacts. */
  readonly channelMaxima: ModelFacts['channelMaxima'] = async (sites) => {
    const missing = [...new Set(sites)].filter((site) => !this.#maxima.has(site));
    if (missing.length > 0) {
      const found = await this.#find(missing);
      for (const [site, maxima] of found) this.#maxima.set(site, maxima);
      const { saveCalibration } = this.#flags;
      if (saveCalibration !== undefined) await saveScales(saveCalibration, this.#maxima);
    }
    return new Map(sites.map((site) => [site, this.#maxima.get(site)!]));
  };

  async #find(sites: readonly string[]): Promise<ReadonlyMap<string, Float32Array>> {
    const { calibration } = this.#flags;
    if (calibration === undefined || !isScaleFile(calibration)) return await this.#measure(sites);
    this.#origin = `Activation scales: ${calibration}.`;
    return await loadScales(calibration, sites);
  }

  async #measure(sites: readonly string[]): Promise<ReadonlyMap<string, Float32Array>> {
    const flags = this.#flags;
    const { tokenizer, config } = this.#source;
    const text = await readCalibrationText({
      tokenizer,
      contextLength: config.contextLength,
      calibration: flags.calibration,
      datasets: flags.datasets,
      samples: flags.calibrationSamples ?? defaultSamples,
      tokens: flags.calibrationTokens ?? defaultTokens,
    });
    const begun = performance.now();
    const maxima = await measureChannelMaxima(this.#source, sites, {
      samples: text.samples,
      batchTokens: flags.batchTokens ?? defaultBatchTokens,
      runtime: runtimeOptions(flags),
      signal: this.#signal,
    });
    this.#origin = `Activation scales: largest magnitudes over ${inWords(text)}.`;
    remark(`calibration: ${inWords(text)} in ${((performance.now() - begun) / 1000).toFixed(1)} s`, flags);
    return maxima;
  }
}

function inWords({ name, samples }: CalibrationText): string {
  const tokens = samples.reduce((sum, { length }) => sum + length, 0);
  return `${samples.length} samples of ${name}, ${tokens} tokens`;
}
