/**
 * Inverse frequencies of the rotary position embedding, as transformers 5.23.0 computes them (modeling_rope_utils.py:
 * default, linear, llama3, yarn, arXiv 2309.00071, and longrope, arXiv 2402.13753), in float64 where it uses float32: relative difference 1e-7.
 */
import type { RotaryOptions } from '@linchpin/plugin-api';
import {
  type Llama3Rope,
  rotatedChannels,
  type RopeScaling,
  type RopeSettings,
  type YarnRope,
} from './rope-settings.ts';

/** What `DecoderBuilder.rotary` is told, besides the heads. */
export interface RotaryPlan extends Omit<RotaryOptions, 'heads' | 'headSize'> {
  /** Factor on cosines and sines; other than 1 only for yarn and longrope. */
  readonly scale: number;
}

/** Frequencies for heads of `headSize` channels. */
export function rotaryFrequencies({ theta, partialRotaryFactor, scaling }: RopeSettings, headSize: number): RotaryPlan {
  const channels = rotatedChannels(headSize, partialRotaryFactor);
  const base = Float64Array.from({ length: Math.ceil(channels / 2) }, (_, pair) => theta ** ((-2 * pair) / channels));
  const scale = attentionFactor(scaling);
  const inverseFrequencies = scaleFrequencies(base, scaling, { theta, channels });
  if (scaling.type !== 'longrope') return { inverseFrequencies, scale };
  const beyond = { inverseFrequencies: byFactors(base, scaling.longFactors), scale };
  return { inverseFrequencies, scale, beyond: { ...beyond, tokens: scaling.originalContextLength } };
}

interface RotatedChannels {
  readonly theta: number;
  readonly channels: number;
}

function scaleFrequencies(base: Float64Array, scaling: RopeScaling, rotated: RotatedChannels): Float64Array {
  switch (scaling.type) {
    case 'default':
      return base;
    case 'linear':
      return base.map((frequency) => frequency / scaling.factor);
    case 'llama3':
      return base.map((frequency) => llama3Frequency(frequency, scaling));
    case 'yarn':
      return yarnFrequencies(base, scaling, rotated);
    case 'longrope':
      return byFactors(base, scaling.shortFactors);
  }
}

function byFactors(base: Float64Array, factors: readonly number[]): Float64Array {
  return base.map((frequency, pair) => frequency / factors[pair]!);
}

/** Short wavelengths stay, long ones are stretched by the factor, between them the one passes into the other. */
function llama3Frequency(frequency: number, scaling: Llama3Rope): number {
  const { factor, lowFrequencyFactor, highFrequencyFactor, originalContextLength } = scaling;
  const wavelengths = (originalContextLength * frequency) / (2 * Math.PI); // that the original context holds
  const kept = clamp((wavelengths - lowFrequencyFactor) / (highFrequencyFactor - lowFrequencyFactor));
  return blend(frequency, frequency / factor, kept);
}

/** Pairs that turn often in the original context stay, those that hardly turn are stretched, a ramp lies between. */
function yarnFrequencies(base: Float64Array, scaling: YarnRope, { theta, channels }: RotatedChannels): Float64Array {
  const pairWithTurns = (turns: number): number =>
    (channels * Math.log(scaling.originalContextLength / (turns * 2 * Math.PI))) / (2 * Math.log(theta));
  const first = pairWithTurns(scaling.betaFast);
  const last = pairWithTurns(scaling.betaSlow);
  const low = Math.max(scaling.truncate ? Math.floor(first) : first, 0);
  const high = Math.min(scaling.truncate ? Math.ceil(last) : last, channels - 1);
  const width = high === low ? 0.001 : high - low;
  return base.map((frequency, pair) => blend(frequency, frequency / scaling.factor, 1 - clamp((pair - low) / width)));
}

function attentionFactor(scaling: RopeScaling): number {
  if (scaling.type === 'longrope') return scaling.attentionFactor;
  if (scaling.type !== 'yarn') return 1;
  const { factor, mscale, mscaleAllDim } = scaling;
  if (scaling.attentionFactor !== undefined) return scaling.attentionFactor;
  return mscale && mscaleAllDim ? magnitude(factor, mscale) / magnitude(factor, mscaleAllDim) : magnitude(factor, 1);
}

function magnitude(factor: number, mscale: number): number {
  return factor <= 1 ? 1 : 0.1 * mscale * Math.log(factor) + 1;
}

function blend(kept: number, stretched: number, share: number): number {
  return kept * share + stretched * (1 - share);
}

function clamp(share: number): number {
  return Math.min(Math.max(share, 0), 1);
}
