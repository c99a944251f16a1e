/** Settings that were published under a name, and what they leave open decided as SmoothQuant's code does. */
import type { QuantizeOptions } from './quantize.ts';

type Preset = Omit<QuantizeOptions, 'smoothing' | 'heldOut' | 'execution' | 'weightScheme'> & {
  /** SmoothQuant's alpha; none where absent. */
  readonly smoothing?: number;
};

/** Table 3 of arXiv 2411.07191, which takes its setting from SmoothQuant: weights per tensor, activations per token. */
const paper: Preset = {
  weights: 'per_tensor',
  activations: 'per_token',
  scheme: 'symmetric',
  levels: 127,
  outputProjection: true,
  attentionOperands: 'qkv',
  holdOut: 'none',
};

export const presetNames = [
  'paper-naive',
  'paper-smoothquant',
  'paper-ours',
  'paper-printed',
  'smoothquant-readme',
] as const;

export type PresetName = (typeof presetNames)[number];

export const presets: Readonly<Record<PresetName, Preset>> = {
  'paper-naive': paper,
  'paper-smoothquant': { ...paper, smoothing: 0.85 },
  'paper-ours': { ...paper, holdOut: 'all' },
  /** "Ours" in the asymmetric form that the paper prints, one scale a tensor. */
  'paper-printed': { ...paper, activations: 'per_tensor', scheme: 'asymmetric', holdOut: 'all' },
  /** The runs of SmoothQuant's own README. */
  'smoothquant-readme': { ...paper, weights: 'per_channel', smoothing: 0.85 },
};
