import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
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
  it('is the number of cores where none is asked for', () => {
    expect(threadsFor(undefined)).toBe(physicalCores());
  });

  it('never asks for more than the system grants', () => {
    expect(threadsFor(1)).toBe(1);
    expect(threadsFor(100_000)).toBe(grantedThreads());
  });
});
