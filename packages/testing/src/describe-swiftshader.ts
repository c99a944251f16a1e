/** WebGPU without a GPU: the Vulkan driver SwiftShader, of Debian's package chromium, computes on the processor what a GPU would. */
import { existsSync } from 'node:fs';
import { env } from 'node:process';
import { afterAll, beforeAll, describe, it } from 'vitest';

const variable = 'VK_ICD_FILENAMES';
const driver = '/usr/lib/chromium/vk_swiftshader_icd.json';
const loaders = ['x86_64', 'aarch64'].map((processor) => `/usr/lib/${processor}-linux-gnu/libvulkan.so.1`);

/** `describe` for tests on the device webgpu; where driver or Vulkan loader is missing it is skipped, and the title says so. */
export function describeSwiftShader(title: string, body: () => void): void {
  const missing = [
    ...(existsSync(driver) ? [] : [`${driver} (package chromium)`]),
    ...(loaders.some((file) => existsSync(file)) ? [] : ['libvulkan.so.1 (package libvulkan1)']),
  ];
  describe(title, () => {
    if (missing.length > 0) {
      it.skip(`skipped: needs ${missing.join(' and ')}`, () => {});
      return;
    }
    const before = env[variable];
    beforeAll(() => void (env[variable] = driver));
    afterAll(() => {
      if (before === undefined) delete env[variable];
      else env[variable] = before;
    });
    body();
  });
}
