/** Five steps of LoRA and DoRA against torch in float64 (golden/smt of the shared folder). */
import type { Recomputation } from '@linchpin/models';
import { doraMethod, loraMethod } from '@linchpin/plugin-lora';
import { readHeader, readTensor } from '@linchpin/safetensors';
import { describeShared, largestDifference, readSharedJson, sharedPath } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { trainAdapter } from './train-adapter.ts';

const model = 'models/stories260K';
const runs = 'golden/smt/stories260K_training.json';
const stored = 'golden/smt/stories260K_training.safetensors';

interface Golden {
  readonly batch: {
    readonly input_ids: readonly (readonly number[])[];
    readonly labels: readonly (readonly number[])[];
  };
  readonly runs: Readonly<Record<string, Run>>;
}

interface Run {
  readonly r: number;
  readonly modules: readonly string[];
  readonly settings: { readonly alpha: number; readonly lr: number; readonly steps: number };
  readonly losses: readonly number[];
  readonly gradient_norms: readonly number[];
}

/** Trained tensors by the letter that the golden file has for them. */
const parts = { A: 'lora_A.weight', B: 'lora_B.weight', M: 'lora_magnitude_vector' };

describeShared('stories260K', [model, runs, stored], () => {
  it.each<[string, typeof loraMethod, string, Recomputation]>([
    ['lora_q_v', loraMethod, 'lora_q_v', false],
    ['lora_qkv_up_down', loraMethod, 'lora_qkv_up_down', false],
    ['dora_q_v', doraMethod, 'lora_q_v', false],
    ['dora_q_v', doraMethod, 'lora_q_v', 'half-layers'],
  ])('%s', async (label, method, begun, recompute) => {
    const { batch, runs: all } = readSharedJson(runs) as Golden;
    const { r, modules, settings, losses, gradient_norms: norms } = all[label]!;
    const { tensors } = await readHeader(sharedPath(stored));
    const golden = new Map<string, Float32Array>();
    for (const [name, tensor] of tensors) golden.set(name, await readTensor(tensor));
    const got = await trainAdapter({
      folder: sharedPath(model),
      method,
      options: { r, alpha: settings.alpha, targetModules: modules },
      examples: batch.input_ids.map((ids, row) => ({
        ids: Int32Array.from(ids),
        from: Math.max(
          1,
          batch.labels[row]!.findIndex((label_) => label_ !== -100),
        ),
      })),
      settings: { steps: settings.steps, learningRate: settings.lr, schedule: 'constant', clip: null },
      start: (name) => golden.get(`${begun}.init.A.${name.replace(/\.lora_A\.weight$/, '')}`)?.slice(),
      recompute,
    });
    // The float32 run of torch is 1.1e-6 off.
    expect(largestDifference(got.losses, losses)).toBeLessThan(2e-6);
    expect(largestDifference(got.gradientNorms, norms)).toBeLessThan(1e-5);
    for (const [name, gradient] of got.firstGradients)
      if (name.endsWith('lora_A.weight')) expect(gradient.every((value) => value === 0)).toBe(true);
    const compare = (when: string, values: ReadonlyMap<string, Float32Array>): [largest: number, compared: number] => {
      const differences = [...golden].flatMap(([key, expected]) => {
        const [, letter, module] = new RegExp(`^${label}\\.${when}([ABM])\\.(.+)$`).exec(key) ?? [];
        if (letter === undefined) return [];
        return largestDifference(values.get(`${module}.${parts[letter as keyof typeof parts]}`)!, expected);
      });
      return [Math.max(...differences), differences.length];
    };
    const [gradients, compared] = compare('step_1.grad_', got.firstGradients);
    expect(compared).toBeGreaterThan(0);
    expect(gradients).toBeLessThan(5e-6);
    // Entries whose gradient is near 0 are divided by its size: torch in float32 is 5.3e-5 off.
    const [matrices] = compare('after_5.', got.values);
    expect(matrices).toBeLessThan(1e-4);
  });
});
