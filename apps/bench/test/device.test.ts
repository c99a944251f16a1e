import { execFile } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../src/device/main.ts', import.meta.url));

async function benchDevice(...flags: readonly string[]): Promise<unknown> {
  return await promisify(execFile)(process.execPath, ['-C', '@linchpin/source', main, ...flags]);
}

describe('bench:device', () => {
  it.each([
    ['the CPU, which would be compared with itself', ['--device', 'cpu', '--shapes', 'none']],
    ['no tokenizer.json in nowhere', ['--device', 'webgpu', '--tokenizer', 'nowhere']],
    ['no shape to time', ['--device', 'webgpu', '--shapes', 'none', '--dtypes', 'float16']],
    ['--no-checks and --shapes none: found both', ['--device', 'webgpu', '--no-checks', '--shapes', 'none']],
  ])('refuses before anything is computed: %s', async (found, flags) => {
    await expect(benchDevice(...flags)).rejects.toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining(found),
    });
  });
});
