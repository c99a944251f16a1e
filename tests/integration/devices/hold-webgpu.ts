import { layCheckpoint, openDecoder } from '@linchpin/models';
import type { Executor } from '@linchpin/plugin-api';
import { chooseDevice, createExecutor, findDevice, resolveSession } from '@linchpin/runtime';
import { temporaryFolder } from '@linchpin/testing';
import { afterAll, beforeAll } from 'vitest';
import { tinyFamily } from '../tiny-families.ts';

/**
 * Keeps a session open on WebGPU as long as tests run: onnxruntime forgets the shaders that it has compiled when the last session
 * is closed, and compiling them takes most of the time.
 */
export function holdWebgpu(): void {
  const folder = temporaryFolder();
  let held: Executor;
  beforeAll(async () => {
    await tinyFamily('llama').write(folder);
    const device = await chooseDevice('webgpu');
    const laid = await layCheckpoint(await openDecoder(folder), { kernels: findDevice(device.name).kernels });
    held = await createExecutor(laid, resolveSession(laid, { device, threads: 1 }));
  });
  afterAll(async () => await held.release());
}
