import { describe, expect, it } from 'vitest';
import { owning } from './owned.ts';

describe('owning', () => {
  const logged = (log: string[], name: string, error?: Error) => ({
    async release() {
      log.push(name);
      if (error !== undefined) throw error;
    },
  });

  it('frees the last first and files at the end, whatever fails on the way, and once', async () => {
    const log: string[] = [];
    const removeFiles = async (): Promise<void> => void log.push('files');
    const owned = await owning({ removeFiles }, async (all) => {
      all.keep(logged(log, 'first'));
      all.keep(logged(log, 'second', new Error('stuck')));
      return all;
    });
    expect(log).toEqual([]);
    for (let time = 0; time < 2; time++) await expect(owned.release()).rejects.toThrow('stuck');
    expect(log).toEqual(['second', 'first', 'files']);
  });

  it('frees what is open where the rest cannot be opened, and says why', async () => {
    const log: string[] = [];
    const opening = owning({ removeFiles: async () => void log.push('files') }, async (owned) => {
      owned.keep(logged(log, 'first', new Error('stuck')));
      throw new Error('no memory');
    });
    await expect(opening).rejects.toThrow('no memory');
    expect(log).toEqual(['first', 'files']);
  });
});
