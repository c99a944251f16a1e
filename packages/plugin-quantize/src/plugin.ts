import type { Calibration, Intervention, InterventionPlugin, ModelFacts } from '@linchpin/plugin-api';
import { z } from 'zod';
import { notSearched } from './errors.ts';
import type { Smoothing } from './smooth-model.ts';
import { parseHeldOutActivation } from './held-out-activations.ts';
import { type PresetName, presetNames, presets } from './presets.ts';
import { quantize, type QuantizeOptions } from './quantize.ts';
import { alphaGrid, type AlphaQuestion, searchAlpha, type SearchedAlpha } from './search-alpha.ts';

type Given = Omit<QuantizeOptions, 'smoothing' | 'heldOut'>;

interface Options extends Readonly<{ [Name in keyof Given]?: Given[Name] | undefined }> {
  readonly preset: PresetName;
  readonly heldOut?: readonly string[] | undefined;
  readonly smoothing?: number | null | AlphaQuestion | SearchedAlpha | undefined;
}

const alpha = z.number().min(0).max(1);

/** `--intervention quantize[:{"preset": "paper-ours", "activations": "per_tensor"}]` */
export const plugin: InterventionPlugin<Options> = {
  name: 'quantize',
  summary: 'Quantizes weights and activations to 8 bits, smoothed or with super activations held out.',
  options: {
    preset: `one of ${presetNames.join(', ')}, which every other option overrides; paper-naive when absent`,
    weights: 'scales of the weights: none, per_tensor or per_channel',
    activations: 'scales of the activations: none, per_tensor (one a sequence) or per_token',
    scheme: 'symmetric or asymmetric',
    weightScheme: 'the scheme of the weights, where it differs',
    levels:
      'steps of asymmetric schemes: 127, as the paper prints, or 255; 32767 or 65535 are 16 bits, simulated; symmetric ones have 127 or 32767',
    outputProjection: 'whether o_proj is quantized',
    attentionOperands: 'operands of the products in attention that are quantized: none, qkv or qkv+probabilities',
    holdOut: 'inputs of which super activations are held out: none, all or down_proj',
    heldOut: 'MODULE:TOKEN:CHANNEL of each; the largest magnitude of every input when absent',
    smoothing:
      'SmoothQuant’s alpha, from 0 to 1, also as {"alpha": 0.8}, or null for none; ' +
      `{"alpha": "search"} takes that of ${alphaGrid.join(', ')}, or of its "grid", under which the calibration text has the least loss`,
    execution: 'integer or simulated; integer where the other options allow when absent',
  },
  schema: z.strictObject({
    preset: z.enum(presetNames).default('paper-naive'),
    weights: z.enum(['none', 'per_tensor', 'per_channel']).optional(),
    activations: z.enum(['none', 'per_tensor', 'per_token']).optional(),
    scheme: z.enum(['symmetric', 'asymmetric']).optional(),
    weightScheme: z.enum(['symmetric', 'asymmetric']).optional(),
    levels: z.literal([127, 255, 32767, 65535]).optional(),
    outputProjection: z.boolean().optional(),
    attentionOperands: z.enum(['none', 'qkv', 'qkv+probabilities']).optional(),
    holdOut: z.enum(['none', 'all', 'down_proj']).optional(),
    heldOut: z.array(z.string()).min(1).optional(),
    smoothing: z
      .union(
        [
          alpha,
          z.strictObject({ alpha }).transform((given) => given.alpha),
          z.strictObject({ alpha: z.literal('search'), grid: z.array(alpha).min(1).optional() }),
        ],
        'expected a number from 0 to 1, null for none, or {"alpha": "search", "grid": [NUMBER, …]}, the grid being optional',
      )
      .nullable()
      .optional(),
    execution: z.enum(['integer', 'simulated']).optional(),
  }),
  async prepare(options, model) {
    const { smoothing } = options;
    if (!isQuestion(smoothing)) return options;
    const found = await searchAlpha(smoothing, model.calibration(), (each) =>
      create({ ...options, smoothing: each }, model),
    );
    return { ...options, smoothing: found };
  },
  create,
};

function create({ preset, smoothing, heldOut, ...given }: Options, model: ModelFacts): Intervention {
  if (isQuestion(smoothing)) throw notSearched();
  const { smoothing: presetAlpha, ...base } = presets[preset];
  const chosen = smoothing === undefined ? presetAlpha : (smoothing ?? undefined);
  const options: QuantizeOptions = {
    ...base,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    heldOut: heldOut?.map(parseHeldOutActivation),
    smoothing: chosen === undefined ? undefined : smoothedBy(chosen, model.calibration()),
  };
  const made = quantize(options);
  const isChosen = options.execution === undefined && executionOf(made) === 'integer';
  return isChosen && !model.exactIntegers ? quantize({ ...options, execution: 'simulated' }) : made;
}

function isQuestion(smoothing: Options['smoothing']): smoothing is AlphaQuestion {
  return typeof smoothing === 'object' && smoothing?.alpha === 'search';
}

function executionOf({ settings }: Intervention): unknown {
  return typeof settings === 'object' && settings !== null && 'execution' in settings
    ? settings['execution']
    : undefined;
}

function smoothedBy(chosen: number | SearchedAlpha, calibration: Calibration): Smoothing {
  return {
    ...(typeof chosen === 'number' ? { alpha: chosen } : chosen),
    origin: calibration.origin,
    async inputMaxima(modules) {
      const maxima = await calibration.channelMaxima(modules.map((module) => `${module}.input`));
      return new Map([...maxima].map(([site, values]) => [site.replace(/\.input$/, ''), values]));
    },
  };
}
