/** Channel maxima of a model, measured on a calibration text when they are first asked for, or read from a file. */
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Calibration, Intervention, Json, Tokenizer } from '@linchpin/plugin-api';
import { defaultBatchTokens } from '@linchpin/evaluator';
import type { ModelFlags } from '../flags.ts';
import type { HashedCheckpoint } from '../hashed-checkpoint.ts';
import { remark } from '../remark.ts';
import { calibrationFile, type CalibrationText, readCalibrationText } from './calibration-text.ts';
import { defaultSamples, defaultTokens } from './defaults.ts';
import { calibrationNotReadable, idleBesideScales } from './errors.ts';
import { measureChannelMaxima } from './measure-channel-maxima.ts';
import { isScaleFile, loadScales, saveScales } from './scale-file.ts';

export interface CalibrationSource extends HashedCheckpoint {
  readonly tokenizer: Tokenizer;
}

type Maxima = ReadonlyMap<string, Float32Array>;

/** One model's. */
export class ModelCalibration {
  readonly #source: CalibrationSource;
  readonly #flags: ModelFlags;
  readonly #signal: AbortSignal;
  /** By the interventions that come before, then by site. */
  readonly #maxima = new Map<string, Map<string, Float32Array>>();
  #origin: Json | undefined;
  #note: string | undefined;

  constructor(source: CalibrationSource, flags: ModelFlags, signal: AbortSignal) {
    this.#source = source;
    this.#flags = flags;
    this.#signal = signal;
  }

  /** What the maxima are of, in a sentence; undefined as long as nobody has asked for them. */
  get note(): string | undefined {
    return this.#note;
  }

  /** That of the model under interventions. Throws where the flags name nothing that can be measured on or read. */
  after(interventions: readonly Intervention[]): Calibration {
    this.#origin ??= this.#findOrigin();
    const key = JSON.stringify(interventions.map(({ name, version, settings }) => ({ name, version, settings })));
    const known = this.#maxima.get(key) ?? new Map<string, Float32Array>();
    this.#maxima.set(key, known);
    return {
      origin: this.#origin,
      channelMaxima: async (sites) => {
        const missing = [...new Set(sites)].filter((site) => !known.has(site));
        if (missing.length > 0) {
          for (const [site, maxima] of await this.#find(missing, interventions)) known.set(site, maxima);
          const { saveCalibration } = this.#flags;
          if (saveCalibration !== undefined) await saveScales(saveCalibration, known);
        }
        return new Map(sites.map((site) => [site, known.get(site)!]));
      },
    };
  }

  #findOrigin(): Json {
    const { calibration, calibrationSamples, calibrationTokens } = this.#flags;
    if (calibration !== undefined && isScaleFile(calibration)) {
      const idle = { calibrationSamples, calibrationTokens, saveCalibration: this.#flags.saveCalibration };
      if (Object.values(idle).some((value) => value !== undefined)) throw idleBesideScales(calibration);
      return { scales: basename(calibration), sha256: sha256Of(calibration) };
    }
    const file = calibrationFile(this.#flags);
    const [samples, tokens] = [calibrationSamples ?? defaultSamples, calibrationTokens ?? defaultTokens];
    return { text: basename(file), sha256: sha256Of(file), samples, tokens };
  }

  async #find(sites: readonly string[], interventions: readonly Intervention[]): Promise<Maxima> {
    const { calibration } = this.#flags;
    if (calibration === undefined || !isScaleFile(calibration)) return await this.#measure(sites, interventions);
    this.#note = `Activation scales: ${calibration}.`;
    return await loadScales(calibration, sites);
  }

  async #measure(sites: readonly string[], interventions: readonly Intervention[]): Promise<Maxima> {
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
      interventions,
      flags,
      signal: this.#signal,
    });
    this.#note = `Activation scales: largest magnitudes over ${inWords(text)}.`;
    remark(`calibration: ${inWords(text)} in ${((performance.now() - begun) / 1000).toFixed(1)} s`, flags);
    return maxima;
  }
}

function inWords({ name, samples }: CalibrationText): string {
  const tokens = samples.reduce((sum, { length }) => sum + length, 0);
  return `${samples.length} samples of ${name}, ${tokens} tokens`;
}

/** At once: what an intervention records is known before it is carried out. Texts and scales are read whole anyway. */
function sha256Of(file: string): string {
  try {
    return hash('sha256', readFileSync(file));
  } catch (cause) {
    throw calibrationNotReadable(file, cause);
  }
}
