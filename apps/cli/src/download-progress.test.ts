import { stderr } from 'node:process';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { showDownload } from './download-progress.ts';
import { Interrupted } from './interrupt.ts';

afterEach(() => void vi.restoreAllMocks());

const steps = [
  { file: 'config.json', bytes: 500, total: 500 },
  { file: 'model.safetensors', bytes: 1_000_000, total: 13_476_838_000 },
  { file: 'model.safetensors', bytes: 13_476_838_000, total: 13_476_838_000 },
];

describe('showDownload', () => {
  it('writes a line a file where there is no terminal, and none when quiet', async () => {
    const write = vi.spyOn(stderr, 'write').mockReturnValue(true);
    const { signal } = new AbortController();
    for (const flags of [{}, { quiet: true as const }]) {
      const folder = await showDownload(flags, signal, async (onProgress) => {
        for (const step of steps) onProgress(step);
        return 'folder';
      });
      expect(folder).toBe('folder');
    }
    expect(write.mock.calls).toEqual([
      ['downloading config.json, 1 MB\n'],
      ['downloading model.safetensors, 13477 MB\n'],
    ]);
  });

  it('ends the download after Ctrl-C, whatever the download makes of it', async () => {
    const controller = new AbortController();
    const download = showDownload({ quiet: true }, controller.signal, async (onProgress) => {
      onProgress(steps[0]!);
      controller.abort(new Interrupted());
      try {
        onProgress(steps[1]!);
      } catch (cause) {
        throw new Error('broken off', { cause });
      }
    });
    await expect(download).rejects.toThrow(new Interrupted());
  });

  it('passes on why a download failed', async () => {
    const failed = new Error('no connection');
    const download = showDownload({}, new AbortController().signal, () => Promise.reject(failed));
    await expect(download).rejects.toBe(failed);
  });
});
