/**
 * Published super weights (The Super Weight in Large Language Models, arXiv 2411.07191, Table 2, and the authors'
 * repository), by the exact Hub id: never by a part of a name, which also fits models that have none. Where the two
 * differ, OLMo-1B's second entry, the repository's layer is taken: in the paper's layer that weight is 0.0018 and
 * without effect.
 */
import type { DecoderConfig, SuperWeight } from '@linchpin/plugin-api';
import { parseSuperWeight } from '@linchpin/plugin-api';

export interface KnownSuperWeights {
  readonly id: string;
  readonly weights: readonly SuperWeight[];
  /** What the checkpoint's config must say, so that another one under the same name is noticed. */
  readonly layers: number;
  readonly hiddenSize: number;
}

/** Every published entry. */
export const knownSuperWeights: readonly KnownSuperWeights[] = [
  known('huggyllama/llama-7b', { layers: 32, hiddenSize: 4096 }, ['2:3968:7003']),
  known('huggyllama/llama-13b', { layers: 40, hiddenSize: 5120 }, ['2:2231:2278', '2:2231:6939']),
  known('huggyllama/llama-30b', { layers: 60, hiddenSize: 6656 }, ['3:5633:12817', '3:5633:17439', '10:5633:14386']),
  known('meta-llama/Llama-2-7b-hf', { layers: 32, hiddenSize: 4096 }, ['1:2533:7890']),
  known('meta-llama/Llama-2-13b-hf', { layers: 40, hiddenSize: 5120 }, ['3:4743:7678']),
  known('meta-llama/Meta-Llama-3-8B', { layers: 32, hiddenSize: 4096 }, ['1:788:2427', '1:1384:2427', '1:4062:2427']),
  known('mistralai/Mistral-7B-v0.1', { layers: 32, hiddenSize: 4096 }, ['1:2070:7310']),
  known('allenai/OLMo-1B-0724-hf', { layers: 16, hiddenSize: 2048 }, ['1:1764:1710', '2:1764:8041']),
  known('allenai/OLMo-7B-0724-hf', { layers: 32, hiddenSize: 4096 }, [
    '1:269:7467',
    '2:269:8275',
    '7:269:453',
    '24:269:2300',
  ]),
  known('microsoft/Phi-3-mini-4k-instruct', { layers: 32, hiddenSize: 3072 }, [
    '2:525:808',
    '2:1693:808',
    '2:1113:808',
    '4:525:2723',
    '4:1113:2723',
    '4:1693:2723',
  ]),
];

/** The entry of a Hub id, compared as the hub does: whole, without regard to case. */
export function findKnownSuperWeights(id: string): KnownSuperWeights | undefined {
  return knownSuperWeights.find((entry) => entry.id.toLowerCase() === id.toLowerCase());
}

/** Whether a config can be that of an entry's checkpoint. */
export function fitsKnown(entry: KnownSuperWeights, config: DecoderConfig): boolean {
  return entry.layers === config.layers && entry.hiddenSize === config.hiddenSize;
}

function known(
  id: string,
  sizes: { layers: number; hiddenSize: number },
  weights: readonly string[],
): KnownSuperWeights {
  return { id, ...sizes, weights: weights.map(parseSuperWeight) };
}
