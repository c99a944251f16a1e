import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Ending, endingSignals, type EndingSignal, takeSignals } from './signals.ts';

const signals = Object.keys(endingSignals) as EndingSignal[];
const counts = (): number[] => signals.map((signal) => process.listenerCount(signal));

/** Calls the handler that was added last; a real signal would reach the test runner's, too. */
function send(signal: EndingSignal): void {
  const handler = process.listeners(signal).at(-1) as () => void;
  handler();
}

let ending: Ending;
let before: number[];
const write = vi.spyOn(process.stderr, 'write');
const kill = vi.spyOn(process, 'kill');

beforeEach(() => {
  vi.useFakeTimers();
  write.mockReset().mockReturnValue(true);
  kill.mockReset().mockReturnValue(true);
  before = counts();
  ending = takeSignals();
});
afterEach(() => {
  ending.stop();
  vi.useRealTimers();
});

it('is asked by nobody at first, and gives the signals back', () => {
  expect(counts()).toEqual(before.map((count) => count + 1));
  expect([ending.signal.aborted, ending.by()]).toEqual([false, undefined]);
  ending.stop();
  expect(counts()).toEqual(before);
  ending.stop();
  expect(counts()).toEqual(before);
});

describe.each(signals)('%s', (signal) => {
  it('aborts the signal with a message and lets the work go on', () => {
    send(signal);
    expect(ending.by()).toBe(signal);
    expect(() => ending.signal.throwIfAborted()).toThrow('interrupted: nothing was saved');
    const again = signal === 'SIGINT' ? 'Ctrl-C again ends at once' : 'a second signal ends at once';
    expect(write).toHaveBeenCalledExactlyOnceWith(`\nstopping after the batch at work; ${again}\n`);
    expect(kill).not.toHaveBeenCalled();
  });

  it('ends the process the second time, after what is to be done before', () => {
    const end = vi.fn<() => void>(() => expect(kill).not.toHaveBeenCalled());
    ending.onEnd(end);
    send('SIGINT');
    send(signal);
    expect(end).toHaveBeenCalledOnce();
    // With the handler in place the signal would not end the process.
    expect(counts()).toEqual(before);
    expect(kill).toHaveBeenCalledExactlyOnceWith(process.pid, signal);
    expect(ending.by()).toBe('SIGINT');
  });

  it(
    signal === 'SIGINT'
      ? 'waits for the batch at work, however long it takes'
      : 'ends the process before whoever sent it kills it',
    () => {
      const end = vi.fn<() => void>();
      ending.onEnd(end);
      send(signal);
      vi.advanceTimersByTime(19_000);
      expect(kill).not.toHaveBeenCalled();
      // Kubernetes and Slurm wait for 30 s.
      vi.advanceTimersByTime(10_000);
      expect(end).toHaveBeenCalledTimes(signal === 'SIGINT' ? 0 : 1);
      expect(kill.mock.calls).toEqual(signal === 'SIGINT' ? [] : [[process.pid, signal]]);
    },
  );
});

it('kills nobody when the work has ended in time', () => {
  send('SIGTERM');
  ending.stop();
  vi.advanceTimersByTime(60_000);
  expect(kill).not.toHaveBeenCalled();
});
