import { availableParallelism } from 'node:os';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { grantedThreads, physicalCores, threadsFor } from './physical-cores.ts';

/** A machine's files: which processors are allowed, and the siblings of each. */
function machine(allowed: string, siblings: Readonly<Record<number, string>>): (path: string) => string {
  return (path) => {
    if (path === '/proc/self/status') return `Name:\tnode\nCpus_allowed:\tff\nCpus_allowed_list:\t${allowed}\n`;
    const processor = /cpu(\d+)\/topology\/thread_siblings_list$/.exec(path)?.[1];
    return siblings[Number(processor)] ?? '';
  };
}

const many = Number.MAX_SAFE_INTEGER;
const hyperThreads = { 0: '0,4\n', 1: '1,5\n', 2: '2,6\n', 3: '3,7\n', 4: '0,4\n', 5: '1,5\n', 6: '2,6\n', 7: '3,7\n' };

describe('physicalCores', () => {
  it('counts processors that share a core once', () => {
    expect(physicalCores(machine('0-7', hyperThreads), many)).toBe(4);
  });

  it('counts only cores that the process may use', () => {
    expect(physicalCores(machine('0,4', hyperThreads), many)).toBe(1);
    expect(physicalCores(machine('0-1,4-6', hyperThreads), many)).toBe(3);
  });

  it('takes a processor for a core where the kernel says nothing of siblings', () => {
    expect(physicalCores(machine('0-2,5', {}), many)).toBe(4);
  });

  it('counts no more than a quota grants', () => {
    expect(physicalCores(machine('0-7', hyperThreads), 2)).toBe(2);
  });

  it('is what is granted where nothing can be read', () => {
    expect(physicalCores(() => '', 3)).toBe(3);
  });

  it('finds a core on this machine, and no more than are granted', () => {
    expect(physicalCores()).toBeGreaterThanOrEqual(1);
    expect(physicalCores()).toBeLessThanOrEqual(availableParallelism());
  });
});

describe('threadsFor', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it.each([undefined, '', ' '])(
    'is the number of cores where neither the caller nor OMP_NUM_THREADS (%j) asks',
    (said) => {
      vi.stubEnv('OMP_NUM_THREADS', said);
      expect(threadsFor(undefined)).toBe(physicalCores());
    },
  );

  it.each(['1', '1,2', ' 1 , 4 '])('is what OMP_NUM_THREADS (%j) says where the caller does not ask', (said) => {
    vi.stubEnv('OMP_NUM_THREADS', said);
    expect(threadsFor(undefined)).toBe(1);
    expect(threadsFor(100_000)).toBe(grantedThreads());
  });

  it('asks for no more than are granted where OMP_NUM_THREADS does', () => {
    vi.stubEnv('OMP_NUM_THREADS', '100000');
    expect(threadsFor(undefined)).toBe(grantedThreads());
  });

  it.each(['0', '-1', 'two', '1.5', '2;4'])('refuses OMP_NUM_THREADS %j, unless the caller asks', (said) => {
    vi.stubEnv('OMP_NUM_THREADS', said);
    expect(() => threadsFor(undefined)).toThrow(/OMP_NUM_THREADS.*found.*positive integer/s);
    expect(threadsFor(1)).toBe(1);
  });

  it('never asks for more than the system grants', () => {
    expect(threadsFor(1)).toBe(1);
    expect(threadsFor(100_000)).toBe(grantedThreads());
  });
});
