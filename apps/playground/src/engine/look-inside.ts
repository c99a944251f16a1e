/** What one pass over a text shows of a model: where its activations are large, and what its heads attend to. */
import { AdjustedSequence, type AdjustableModel } from './adjusted-sequence.ts';
import type { Change } from './adjustment.ts';

/** A channel and the entry of its activations that is largest in magnitude. */
export interface Peak {
  readonly channel: number;
  /** Signed. */
  readonly value: number;
  readonly token: number;
}

export interface LayerLook {
  /** Channels with the largest entries, the largest first: of what enters the MLP's output projection, and of what leaves it. */
  readonly inputs: readonly Peak[];
  readonly outputs: readonly Peak[];
  /** The largest entry of the residual stream behind the layer. */
  readonly stream: Peak;
  /** For every head the attention that tokens pay to the first one, on average over all but that one. */
  readonly attention: readonly number[];
}

export interface Look {
  readonly layers: readonly LayerLook[];
  /** float32 [vocabulary]: of what follows the text. */
  readonly nextLogits: Float32Array;
}

/** Channels that are kept of each layer. */
const shownChannels = 8;

export async function lookInside(model: AdjustableModel, ids: readonly number[], change: Change): Promise<Look> {
  const { layers } = model.manifest;
  const names = layers.flatMap(({ input, output, stream, attention }) => [input, output, stream, attention]);
  const { logits, outputs } = await new AdjustedSequence(model, change).feed(ids, { outputs: names, isLast: true });
  return {
    nextLogits: logits,
    layers: layers.map(({ input, output, stream, attention }) => ({
      inputs: largestChannels(outputs.get(input)!, ids.length, shownChannels),
      outputs: largestChannels(outputs.get(output)!, ids.length, shownChannels),
      stream: largestChannels(outputs.get(stream)!, ids.length, 1)[0]!,
      attention: attentionToFirst(outputs.get(attention)!, ids.length),
    })),
  };
}

/** Of an activation [tokens, width]; of equal magnitudes the lower channel comes first. */
function largestChannels(activation: Float32Array, tokens: number, count: number): Peak[] {
  const width = activation.length / tokens;
  const peaks = Array.from({ length: width }, (_, channel): Peak => {
    let at = channel;
    for (let entry = channel; entry < activation.length; entry += width)
      if (Math.abs(activation[entry]!) > Math.abs(activation[at]!)) at = entry;
    return { channel, value: activation[at]!, token: Math.floor(at / width) };
  });
  return peaks.toSorted((a, b) => Math.abs(b.value) - Math.abs(a.value) || a.channel - b.channel).slice(0, count);
}

/** From [heads, tokens]. A text of one token attends to nothing else. */
function attentionToFirst(weights: Float32Array, tokens: number): number[] {
  return Array.from({ length: weights.length / tokens }, (_, head) => {
    const ofHead = weights.subarray(head * tokens, (head + 1) * tokens);
    if (tokens === 1) return ofHead[0]!;
    return ofHead.subarray(1).reduce((sum, value) => sum + value, 0) / (tokens - 1);
  });
}
