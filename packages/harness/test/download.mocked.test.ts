/** A model that is downloaded: whoever asked is told how far it is, and an end of the work is no broken download. */
import { silentReporter } from '@linchpin/execution';
import type { DownloadProgress } from '@linchpin/hub';
import { resolveModel } from '@linchpin/models';
import { afterEach, expect, it, vi } from 'vitest';
import type { HarnessOptions } from '../src/harness.ts';
import { openHarness } from '../src/open-harness.ts';

vi.mock('@linchpin/models', async (load) => ({
  ...(await load<typeof import('@linchpin/models')>()),
  resolveModel: vi.fn<typeof resolveModel>(),
}));
const resolve = vi.mocked(resolveModel);

afterEach(() => void resolve.mockReset());

async function openWith(options: HarnessOptions): Promise<void> {
  const harness = await openHarness(options);
  try {
    await harness.open('org/model');
  } finally {
    await harness.close();
  }
}

const step: DownloadProgress = { file: 'config.json', bytes: 500, total: 500 };

it('is told of every step, and passes on why it failed', async () => {
  const steps: DownloadProgress[] = [];
  const failed = new Error('no connection');
  resolve.mockImplementation(async (_, options) => {
    options?.onProgress?.(step);
    throw failed;
  });
  const reporter = { ...silentReporter, download: (each: DownloadProgress) => void steps.push(each) };
  await expect(openWith({ reporter })).rejects.toBe(failed);
  expect(steps).toEqual([step]);
});

it('ends with the reason of the signal, whatever the download makes of it', async () => {
  const controller = new AbortController();
  const reason = new Error('interrupted: nothing was saved');
  resolve.mockImplementation(async (_, options) => {
    options?.onProgress?.(step);
    controller.abort(reason);
    try {
      options?.onProgress?.(step);
    } catch (cause) {
      throw new Error('broken off', { cause });
    }
    return { directory: '' };
  });
  await expect(openWith({ signal: controller.signal })).rejects.toBe(reason);
});
