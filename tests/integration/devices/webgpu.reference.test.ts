/** WebGPU on SwiftShader, beside the CPU: the families of all goldens, and how little of them is left to the CPU. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openHarness } from '@linchpin/harness';
import { layCheckpoint, openDecoder } from '@linchpin/models';
import { chooseDevice, createExecutor, findDevice, type Placement, resolveSession } from '@linchpin/runtime';
import {
  describeSwiftShader,
  largestDifference,
  readSharedJson,
  runSequence,
  sharedPath,
  temporaryFolder,
} from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { tinyFamilies, tinyFamily } from '../tiny-families.ts';
import { holdWebgpu } from './hold-webgpu.ts';

/** Of ln p, beside the CPU: of every scored token, and of a whole vocabulary at the last position. */
const tolerance = 1e-5;
/** Of those vocabularies in which the CPU itself lies 2e-5 from transformers: angles and factors of long contexts. */
const longTolerance = 2e-5;
const long = ['phi3-su', 'phi3-longrope-partial'];
/** Nodes that are left to the CPU, and tensors that cross to it and back in a batch: those of shapes alone, whatever the family. */
const mostNodes = 13;
const mostCopies = 4;

const shared = 'golden/families';

/** Those of the shared folder, where it is there, besides the tiny ones of this repository. */
const recorded = (existsSync(sharedPath(shared)) ? readdirSync(sharedPath(shared)) : []).filter((name) =>
  existsSync(sharedPath(join(shared, name, 'expected.json'))),
);

describeSwiftShader('webgpu', () => {
  holdWebgpu();
  const [root, profiles] = [temporaryFolder(), temporaryFolder()];

  it('is found, and named with its driver', async () => {
    const { name, engine } = await chooseDevice('webgpu');
    expect(name).toBe('webgpu');
    expect(engine).toMatch(/^onnxruntime-node \S+ webgpu \(vk_swiftshader_icd\)$/);
  });

  it('is asked for a product in float16 before anything is computed, and says that it has no shaders for it', async () => {
    await expect(openHarness({ device: 'webgpu', dtype: 'float16' })).rejects.toMatchObject({
      code: 'runtime/device-not-opened',
      message: expect.stringMatching(/requires f16.*computes in float16\. Choose --dtype float32/),
    });
  });

  it('says of an evaluation how little is left to the CPU', async () => {
    const told: Placement[] = [];
    const reporter = { place: (placement: Placement) => void told.push(placement) };
    await using harness = await openHarness({ device: 'webgpu', threads: 1, reporter });
    const { rows } = await harness.evaluate(await harness.open('mini'), { tasks: ['piqa'], limit: 1 });
    expect(rows[0]).toMatchObject({ task: 'piqa', device: 'webgpu', items: 1 });
    expect(told).toHaveLength(1);
    expectFewOnCpu(told[0]!);
  });

  describe.each(tinyFamilies())('$name', (family) => {
    const folder = temporaryFolder();

    it('scores as the CPU does, and leaves it no attention', async () => {
      await family.write(folder);
      await expectAsOnCpu(folder, family.ids[0]!, { isRepeated: true });
    });
  });

  it.runIf(recorded.length > 0).each(recorded)('scores the recorded %s as the CPU does', async (name) => {
    const { input_ids: sequences } = readSharedJson(join(shared, name, 'expected.json')) as {
      readonly input_ids: readonly (readonly number[])[];
    };
    const within = long.includes(name) ? longTolerance : tolerance;
    await expectAsOnCpu(sharedPath(join(shared, name)), sequences[0]!, { within });
  });

  it('gives an intervention that looks into an expert the rows of its tokens alone', async () => {
    const family = tinyFamily('qwen3-moe');
    const folder = join(root, 'mixture');
    await family.write(folder);
    const decoder = await openDecoder(folder);
    const matrices = decoder.family.layerMatrices(decoder.config);
    const experts = matrices.filter((matrix) => /\.experts\.\d+\.down_proj\.weight$/.test(matrix));
    const readSites = experts.map((matrix) => matrix.replace('down_proj.weight', 'tokens'));
    const device = await chooseDevice('webgpu');
    const told = [];
    for (const on of [undefined, device]) {
      const kernels = findDevice(on?.name ?? 'cpu').kernels;
      const laid = await layCheckpoint(decoder, { readSites, kernels });
      const executor = await createExecutor(laid, resolveSession(laid, { device: on, threads: 1 }));
      const { activations } = await runSequence(executor, family.ids[0]!);
      await executor.release();
      told.push(readSites.map((site) => [...activations.get(site)!]));
    }
    expect(told[1]).toEqual(told[0]);
    expect(told[0]!.flat().length).toBeLessThan(experts.length * family.ids[0]!.length);
  });

  async function expectAsOnCpu(
    folder: string,
    ids: readonly number[],
    { within = tolerance, isRepeated = false }: { readonly within?: number; readonly isRepeated?: boolean },
  ): Promise<void> {
    const decoder = await openDecoder(folder);
    const device = await chooseDevice('webgpu');
    const laid = await layCheckpoint(decoder, { kernels: findDevice(device.name).kernels });
    const told: Placement[] = [];
    const placement = { folder: profiles, tell: (each: Placement) => void told.push(each) };
    const executor = await createExecutor(laid, resolveSession(laid, { device, threads: 1, placement }));
    const reference = await createExecutor(await layCheckpoint(decoder));
    try {
      const [given, expected] = [await runSequence(executor, ids), await runSequence(reference, ids)];
      expect(largestDifference(given.lastLogProbabilities, expected.lastLogProbabilities)).toBeLessThan(within);
      expect(largestDifference(given.nextLogProbabilities, expected.nextLogProbabilities)).toBeLessThan(tolerance);
      expect(given.top).toEqual(expected.top);
      if (isRepeated) {
        expect(await runSequence(executor, ids)).toEqual(given);
        const staged = await createExecutor(laid, resolveSession(laid, { device, threads: 1, stages: 2 }));
        expect(await runSequence(staged, ids)).toEqual(given);
        await staged.release();
      }
    } finally {
      await executor.release();
      await reference.release();
    }
    expect(readdirSync(profiles)).toEqual([]);
    expect(told).toHaveLength(1);
    expectFewOnCpu(told[0]!);
  }
});

function expectFewOnCpu({ device, nodes, onCpu, copies }: Placement): void {
  expect(device).toBe('webgpu');
  const computing = /MatMul|Gemm|Softmax|Attention|Normalization/;
  expect([...onCpu.keys()].filter((operator) => computing.test(operator))).toEqual([]);
  const left = [...onCpu.values()].reduce((sum, count) => sum + count, 0);
  expect(left).toBeLessThanOrEqual(mostNodes);
  expect(nodes).toBeGreaterThan(left);
  expect(copies).toBeLessThanOrEqual(mostCopies);
}
