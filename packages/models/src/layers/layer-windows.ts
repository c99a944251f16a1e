/**
 * Which layers see a window of the last tokens only: `layer_types` of newer configs names each layer's kind, older ones
 * leave it to a rule of their architecture. Reference: the configurations of transformers 5.23.0.
 */
import { z } from 'zod';
import { positiveInteger, readFields } from '../config-fields.ts';
import { configField } from '../errors.ts';
import type { JsonObject } from '../read-json.ts';

/** Tokens that each layer sees, the current one among them; undefined is all. */
export type LayerWindows = readonly (number | undefined)[];

const layerKind = z.enum(['full_attention', 'sliding_attention'], '"full_attention" or "sliding_attention"');

const schema = z.object({
  sliding_window: positiveInteger.nullish(),
  layer_types: z.array(layerKind, 'a list of kinds of layers, or null').nullish(),
});

export interface WindowContext {
  readonly file: string;
  readonly layers: number;
}

/** `isWindowed` is the rule where the config does not name the layers' kinds. */
export function readWindows(
  config: JsonObject,
  { file, layers }: WindowContext,
  isWindowed: (layer: number) => boolean,
): LayerWindows {
  const { layer_types: kinds, sliding_window: window } = readFields(schema, config, { file });
  if (kinds && kinds.length !== layers) {
    throw configField({ file, field: 'layer_types', found: kinds, expected: `as many kinds as layers, ${layers}` });
  }
  return Array.from({ length: layers }, (_, layer) => {
    const isLimited = kinds ? kinds[layer] === 'sliding_attention' : isWindowed(layer);
    if (!isLimited) return undefined;
    if (window) return window;
    const expected = `a whole number above 0, for layer ${layer} has a window`;
    throw configField({ file, field: 'sliding_window', found: window, expected });
  });
}

/** What the attention of a layer is told. */
export function windowOf(windows: LayerWindows, layer: number): { readonly window?: number } {
  const window = windows[layer];
  return window === undefined ? {} : { window };
}
