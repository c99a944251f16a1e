import process from 'node:process';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Interrupted, interruptible } from './interrupt.ts';

/** Calls the handler that the last `interruptible` has added; a real signal would reach the test runner's, too. */
function pressCtrlC(): void {
  const handler = process.listeners('SIGINT').at(-1) as () => void;
  handler();
}

afterEach(() => void vi.restoreAllMocks());

describe('interruptible', () => {
  it('gives what the work gives, and leaves no handler behind', async () => {
    const before = process.listenerCount('SIGINT');
    const during = await interruptible(async (signal) => [signal.aborted, process.listenerCount('SIGINT')]);
    expect(during).toEqual([false, before + 1]);
    await expect(interruptible(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(process.listenerCount('SIGINT')).toBe(before);
  });

  it('aborts the signal with a message and lets the work go on', async () => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
    const done = interruptible(async (signal) => {
      pressCtrlC();
      expect(() => signal.throwIfAborted()).toThrow(new Interrupted('nothing was saved'));
      return 'the batch at work';
    });
    expect(await done).toBe('the batch at work');
    expect(write).toHaveBeenCalledWith(expect.stringContaining('Ctrl-C again ends at once'));
    expect(kill).not.toHaveBeenCalled();
  });

  it('kills the process the second time', async () => {
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
    const before = process.listenerCount('SIGINT');
    await interruptible(async () => {
      pressCtrlC();
      pressCtrlC();
      // With the handler in place the signal would not end the process.
      expect(process.listenerCount('SIGINT')).toBe(before);
    });
    expect(kill).toHaveBeenCalledExactlyOnceWith(process.pid, 'SIGINT');
  });
});
