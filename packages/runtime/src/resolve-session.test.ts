import process from 'node:process';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { cpu } from './devices/cpu.ts';
import { threadsFor } from './physical-cores.ts';
import { plainSession, resolveSession } from './resolve-session.ts';

const decoder = { halfPrecisionElements: 1000 };

afterEach(() => {
  vi.restoreAllMocks();
});

describe('resolveSession', () => {
  it('casts once where four bytes a weight take an eighth of the free memory', () => {
    const free = vi.spyOn(process, 'availableMemory').mockReturnValue(32_000);
    expect(resolveSession(decoder).castWeights).toBe('once');
    free.mockReturnValue(31_999);
    expect(resolveSession(decoder).castWeights).toBe('every-batch');
    free.mockReturnValue(0);
    expect(plainSession().castWeights).toBe('once');
  });

  it('leaves nothing open', () => {
    expect(resolveSession({ halfPrecisionElements: 0 })).toEqual({
      device: 'cpu',
      engine: expect.stringMatching(/^onnxruntime-node \d/),
      threads: threadsFor(undefined),
      castWeights: 'once',
    });
  });

  it('takes what is asked for', () => {
    const asked = { threads: 1, castWeights: 'every-batch', profile: 'to' } as const;
    expect(resolveSession(decoder, asked)).toMatchObject(asked);
  });

  it('packs, where it is asked to, what is cast once', () => {
    expect(resolveSession(decoder, { packs: true, castWeights: 'once' })).toMatchObject({ packs: true });
    expect(resolveSession(decoder, { packs: true, castWeights: 'every-batch' })).not.toHaveProperty('packs');
    expect(resolveSession(decoder, { packs: false, castWeights: 'once' })).not.toHaveProperty('packs');
  });

  it('refuses a device that it does not know', () => {
    expect(() => resolveSession(decoder, { device: { name: 'abacus', engine: 'wood' } })).toThrow(
      expect.objectContaining({ code: 'runtime/unknown-device' }),
    );
  });
});

describe('cpu', () => {
  const settings = plainSession({ threads: 1 });

  it('points onnxruntime at the folder of the weights', () => {
    expect(cpu.sessionOptions({ weightFolder: '/weights' }, settings)).toMatchObject({
      intraOpNumThreads: 1,
      graphOptimizationLevel: 'all',
      extra: { session: { model_external_initializers_file_folder_path: '/weights' } },
    });
    expect(cpu.sessionOptions({}, settings)).not.toHaveProperty('extra');
  });

  it('leaves weights as they are where they are cast in every batch', () => {
    expect(cpu.sessionOptions({}, { ...settings, castWeights: 'every-batch' })).toMatchObject({
      graphOptimizationLevel: 'disabled',
    });
  });
});
