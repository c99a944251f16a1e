/**
 * WebGPU on a software adapter: the Vulkan driver of Debian's package chromium (SwiftShader) computes on the CPU what a GPU would.
 * Skipped where it, or the Vulkan loader, is not there.
 */
import { existsSync, readdirSync } from 'node:fs';
import process, { env } from 'node:process';
import { openHarness } from '@linchpin/harness';
import { layCheckpoint, openDecoder } from '@linchpin/models';
import { chooseDevice, createExecutor, findDevice, type Placement, resolveSession } from '@linchpin/runtime';
import { largestDifference, runSequence, temporaryFolder } from '@linchpin/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { tinyFamilies } from '../tiny-families.ts';

const driver = '/usr/lib/chromium/vk_swiftshader_icd.json';
const loader = ['/usr/lib/x86_64-linux-gnu/libvulkan.so.1', '/usr/lib/aarch64-linux-gnu/libvulkan.so.1'];
const missing = [
  ...(existsSync(driver) ? [] : [`${driver} (package chromium)`]),
  ...(loader.some((file) => existsSync(file)) ? [] : ['libvulkan.so.1 (package libvulkan1)']),
];

/** Of ln p, beside the CPU. */
const tolerance = 1e-5;
/** Nodes that are left to the CPU, and tensors that cross to it and back in a batch: shapes alone, and which tokens an expert gets. */
const mostNodes = 13;
const mostCopies = 5;
const mostOfAnExpert = 4;

/** Shaders are compiled for seconds a family: one of each kind of graph, all of them with LINCHPIN_FULL=1. */
const kinds = ['llama', 'gemma2', 'bloom', 'qwen3-moe'];
const tested = tinyFamilies().filter(({ name }) => env['LINCHPIN_FULL'] === '1' || kinds.includes(name));

describe.skipIf(missing.length > 0)(
  `webgpu${missing.length > 0 ? `: skipped, needs ${missing.join(', ')}` : ''}`,
  () => {
    beforeAll(() => {
      process.env['VK_ICD_FILENAMES'] = driver;
    });

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

    describe.each(tested)('$name', (family) => {
      const { experts } = family;
      const ids = family.ids[0]!;
      const folder = temporaryFolder();
      const profiles = temporaryFolder();

      it('scores as the CPU does, and leaves it no attention', async () => {
        await family.write(folder);
        const decoder = await openDecoder(folder);
        const device = await chooseDevice('webgpu');
        const laid = await layCheckpoint(decoder, { kernels: findDevice(device.name).kernels });
        const told: Placement[] = [];
        const placement = { folder: profiles, tell: (each: Placement) => void told.push(each) };
        const executor = await createExecutor(laid, resolveSession(laid, { device, threads: 1, placement }));
        const reference = await createExecutor(await layCheckpoint(decoder));
        try {
          const [given, expected] = [await runSequence(executor, ids), await runSequence(reference, ids)];
          expect(largestDifference(given.lastLogProbabilities, expected.lastLogProbabilities)).toBeLessThan(tolerance);
          expect(given.top).toEqual(expected.top);
          expect(await runSequence(executor, ids)).toEqual(given);
          const staged = await createExecutor(laid, resolveSession(laid, { device, threads: 1, stages: 2 }));
          expect(await runSequence(staged, ids)).toEqual(given);
          await staged.release();
        } finally {
          await executor.release();
          await reference.release();
        }
        expect(readdirSync(profiles)).toEqual([]);
        expect(told).toHaveLength(1);
        expectFewOnCpu(told[0]!, experts);
      });
    });
  },
);

function expectFewOnCpu({ device, nodes, onCpu, copies }: Placement, experts = 0): void {
  expect(device).toBe('webgpu');
  const computing = /MatMul|Gemm|Softmax|Attention|Normalization/;
  expect([...onCpu.keys()].filter((operator) => computing.test(operator))).toEqual([]);
  const left = [...onCpu.values()].reduce((sum, count) => sum + count, 0);
  expect(left).toBeLessThanOrEqual(mostNodes + mostOfAnExpert * experts);
  expect(nodes).toBeGreaterThan(left);
  expect(copies).toBeLessThanOrEqual(mostCopies + mostOfAnExpert * experts);
}
