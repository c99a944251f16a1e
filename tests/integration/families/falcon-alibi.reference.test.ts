/**
 * Falcon with ALiBi against the default attention of its reference, transformers 5.24.0: recorded from
 * AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="sdpa") for the first sequence,
 * without cache. The folder's own expectations are those of eager attention (see alibi-twice.ts).
 */
import { describeShared, largestDifference, readSharedJson, runSequence, sharedPath } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { openExecutor } from '../open-executor.ts';

const folder = 'golden/families/falcon-alibi';

/** Log-probabilities of the next tokens. */
const recorded = [
  -5.5564392, -5.8602326, -6.7320165, -5.6405649, -5.2334836, -6.3364558, -5.3978378, -7.1560066, -9.328182, -8.2860136,
  -6.7217984, -7.5833218, -8.9420851, -7.2612224, -5.6061163, -6.6403487, -7.5830708, -9.786236, -6.0644687, -6.6664736,
  -7.2779226, -7.4546789, -5.2059223, -7.3754176, -6.9757787, -5.1864618, -4.4868138, -7.5143094, -8.9115325,
  -6.0568409, -7.7868773, -8.6146614, -10.805701, -8.0718704, -3.932841, -7.6883938, -7.1042333, -10.441764, -6.1444388,
  -9.1605964, -7.3907685, -5.6356781, -5.5966272, -3.5246617, -8.5389394, -6.7513225, -8.3834231,
];

/** As for every folder of golden/families; added twice, the biases change the values by up to 1.2. */
const tolerance = 1.5e-4;

describeShared('Falcon with ALiBi', [folder], () => {
  it('adds the biases once, as the default attention of the reference does', async () => {
    const { input_ids } = readSharedJson(`${folder}/expected.json`) as { input_ids: readonly number[][] };
    const executor = await openExecutor(sharedPath(folder));
    const { nextLogProbabilities } = await runSequence(executor, input_ids[0]!);
    await executor.release();
    expect(largestDifference(nextLogProbabilities, recorded)).toBeLessThan(tolerance);
  });
});
