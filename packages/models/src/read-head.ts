/**
 * Which tensor serves as the output head where config.json and the weights disagree on it, as `tie_weights` of transformers
 * 5.23.0 decides when a checkpoint is loaded: a head that is stored beside the embedding and differs from it is used,
 * whatever the config says of ties. Where the config is silent, the architecture unties, and no head is stored, the
 * reference makes a random one; here the embedding is taken, and said to be.
 */
import type { DecoderConfig, ModelFamily } from '@linchpin/plugin-api';
import type { StoredTensor } from '@linchpin/safetensors';
import type { Checkpoint } from './checkpoint.ts';
import { type EmbeddingWeights, embeddingsOf } from './embedding-weights.ts';

export interface ConfigWithHead {
  readonly config: DecoderConfig;
  /** Without a second copy of the head. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly warnings: readonly string[];
  /** The tensor that serves as the output head, where config.json does not say so. */
  readonly head?: string;
}

type Read = Pick<Checkpoint, 'config' | 'configFile' | 'tensors' | 'format' | 'weightsFile'>;

/** Reads the config, and compares head and embedding where both are stored and the config ties them. */
export async function readConfigWithHead(family: ModelFamily, checkpoint: Read): Promise<ConfigWithHead> {
  const { config: fields, configFile, tensors, weightsFile } = checkpoint;
  const read = (tie: boolean | undefined, stored: Iterable<string>): DecoderConfig =>
    family.readConfig(
      tie === undefined ? fields : { ...fields, tie_word_embeddings: tie },
      configFile,
      new Set(stored),
    );
  const config = read(undefined, tensors.keys());
  const tied = embeddingsOf(config);
  if (tied === undefined || isUntied(tied)) return { config, tensors, warnings: [] };
  const configApart = read(false, tensors.keys());
  const apart = embeddingsOf(configApart)!;
  const [embedding, head] = [tensors.get(apart.embeddingWeight), tensors.get(apart.headWeight)];
  const isSilent = (fields['tie_word_embeddings'] ?? undefined) === undefined;
  if (head === undefined && isSilent && isUntied(embeddingsOf(read(undefined, [...tensors.keys(), apart.headWeight]))!))
    return {
      config,
      tensors,
      head: tied.headWeight,
      warnings: [
        `${weightsFile}: there is no ${apart.headWeight}, and config.json does not tie it to the embedding; ${tied.headWeight} is taken for it (transformers 5 would make a random one).`,
      ],
    };
  if (head === undefined || embedding === undefined) return { config, tensors, warnings: [] };
  if (await areEqual(checkpoint, head, embedding))
    return { config, tensors: new Map([...tensors].filter(([name]) => name !== apart.headWeight)), warnings: [] };
  return {
    config: configApart,
    tensors,
    head: apart.headWeight,
    warnings: [
      `${weightsFile}: config.json ties the output head to the embedding, but ${apart.headWeight} differs from ${apart.embeddingWeight}; ${apart.headWeight} is used, as transformers 5 does (lm-evaluation-harness 0.4.13 ties them again).`,
    ],
  };
}

function isUntied({ embeddingWeight, headWeight }: EmbeddingWeights): boolean {
  return headWeight !== embeddingWeight;
}

/** Whether two tensors have the same values, read a piece at a time. */
async function areEqual({ format }: Pick<Read, 'format'>, a: StoredTensor, b: StoredTensor): Promise<boolean> {
  if (a.shape.join() !== b.shape.join()) return false;
  const pieces = format.streamTensor(b)[Symbol.asyncIterator]();
  try {
    let piece = new Float32Array();
    for await (const values of format.streamTensor(a)) {
      for (let at = 0; at < values.length;) {
        if (piece.length === 0) piece = ((await pieces.next()) as IteratorYieldResult<typeof piece>).value;
        const count = Math.min(piece.length, values.length - at);
        for (let index = 0; index < count; index++) if (values[at + index] !== piece[index]) return false;
        piece = piece.subarray(count);
        at += count;
      }
    }
    return true;
  } finally {
    // Frees the file where the two differ before its end.
    await pieces.return?.();
  }
}
