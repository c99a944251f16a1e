/**
 * WebGPU on a software adapter: the Vulkan driver of Debian's package chromium (SwiftShader) computes on the CPU what a GPU would.
 * Skipped where it, or the Vulkan loader, is not there.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process, { env } from 'node:process';
import { layCheckpoint, openDecoder } from '@linchpin/models';
import { chooseDevice, createExecutor, findDevice, resolveSession } from '@linchpin/runtime';
import { largestDifference, runSequence, temporaryFolder } from '@linchpin/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { tinyFamilies } from './tiny-families.ts';

const driver = '/usr/lib/chromium/vk_swiftshader_icd.json';
const loader = ['/usr/lib/x86_64-linux-gnu/libvulkan.so.1', '/usr/lib/aarch64-linux-gnu/libvulkan.so.1'];
const missing = [
  ...(existsSync(driver) ? [] : [`${driver} (package chromium)`]),
  ...(loader.some((file) => existsSync(file)) ? [] : ['libvulkan.so.1 (package libvulkan1)']),
];

/** Of ln p, beside the CPU. */
const tolerance = 1e-5;
/** Tensors that cross from one processor to the other in a batch; experts choose their tokens on the CPU. */
const mostCopies = 4;
const mostCopiesOfMixtures = 20;

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

    describe.each(tested)('$name', (family) => {
      const { name, ids } = family;
      const folder = temporaryFolder();

      it('scores as the CPU does, and leaves it no attention', async () => {
        await family.write(folder);
        const decoder = await openDecoder(folder);
        const device = await chooseDevice('webgpu');
        const laid = await layCheckpoint(decoder, { kernels: findDevice(device.name).kernels });
        const profile = join(folder, 'profile');
        const executor = await createExecutor(laid, resolveSession(laid, { device, threads: 1, profile }));
        const reference = await createExecutor(await layCheckpoint(decoder));
        try {
          const [given, expected] = [await runSequence(executor, ids), await runSequence(reference, ids)];
          expect(largestDifference(given.lastLogProbabilities, expected.lastLogProbabilities)).toBeLessThan(tolerance);
          expect(given.top).toEqual(expected.top);
          expect(await runSequence(executor, ids)).toEqual(given);
        } finally {
          await executor.release();
          await reference.release();
        }
        const { onCpu, copies } = nodesOf(folder);
        expect(onCpu.filter((operator) => /MatMul|Gemm|Softmax|Attention|Normalization/.test(operator))).toEqual([]);
        const isMixture = /moe|mixtral/.test(name);
        expect(copies).toBeLessThanOrEqual(isMixture ? mostCopiesOfMixtures : mostCopies);
      });
    });
  },
);

/** What the profile of the session says of where nodes ran, in one run. */
function nodesOf(folder: string): { readonly onCpu: readonly string[]; readonly copies: number } {
  const [file] = globSync(join(folder, 'profile*.json'));
  const events = JSON.parse(readFileSync(file!, 'utf8')) as readonly {
    readonly cat: string;
    readonly args?: { readonly op_name?: string; readonly provider?: string; readonly node_index?: string };
  }[];
  const nodes = events.filter(({ cat, args }) => cat === 'Node' && args?.provider !== undefined);
  const once = [...new Map(nodes.map(({ args }) => [args!.node_index, args!])).values()];
  const isCopy = (operator: string | undefined): boolean => operator?.startsWith('Memcpy') === true;
  return {
    onCpu: once.filter(({ provider }) => provider === 'CPUExecutionProvider').map((args) => args.op_name!),
    copies: once.filter((args) => isCopy(args.op_name)).length,
  };
}
