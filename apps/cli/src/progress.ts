/** How far the work is: a bar on stderr where a terminal looks on, a line a finished part elsewhere. */
import { stderr } from 'node:process';
import { SingleBar } from 'cli-progress';
import type { OutputFlags } from './flags.ts';

export interface Progress {
  /**
   * Shows a part of the work, of at most `total` steps, while `work` does it and calls `step` for each; what `aside`
   * says at the end, that nothing was computed for example, stands behind the time.
   */
  part<T>(label: string, total: number, work: (step: () => void) => Promise<T>, aside?: () => string): Promise<T>;
}

export interface ProgressOptions {
  /** How many parts there will be. */
  readonly parts: number;
  /** Once it is aborted the terminal is given back, for whatever has to be said. */
  readonly signal: AbortSignal;
}

const silent: Progress = { part: (_label, _total, work) => work(() => {}) };

/** Shows nothing where the user wants nothing. */
export function createProgress({ quiet }: OutputFlags, { parts, signal }: ProgressOptions): Progress {
  if (quiet === true) return silent;
  let begun = 0;
  return {
    part(label, total, work, aside = () => '') {
      const numbered = `${++begun}/${parts} ${label}`;
      return stderr.isTTY ? showBar(createBar(numbered, total, signal), work) : showLine(numbered, work, aside);
    },
  };
}

/** With label, bar and counts a line fits 80 columns. */
const labelWidth = 38;
const barWidth = 20;

export interface StoppableBar {
  update(value: number): void;
  /** Removes the bar; after it nothing is shown any more. */
  stop(): void;
}

/** Starts a bar on the terminal, which stops at the latest when the signal is aborted. */
export function createBar(label: string, total: number, signal: AbortSignal): StoppableBar {
  const bar = new SingleBar({
    format: '{label} {bar} {value}/{total} {eta_formatted}',
    barsize: barWidth,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    clearOnComplete: true,
    stopOnComplete: false,
    stream: stderr,
  });
  const stop = (): void => {
    if (bar.isActive) bar.stop();
    signal.removeEventListener('abort', stop);
  };
  signal.addEventListener('abort', stop);
  bar.start(total, 0, { label: label.padEnd(labelWidth) });
  return {
    stop,
    update(value) {
      if (bar.isActive) bar.update(value);
    },
  };
}

async function showBar<T>(bar: StoppableBar, work: (step: () => void) => Promise<T>): Promise<T> {
  let steps = 0;
  try {
    return await work(() => bar.update(++steps));
  } finally {
    bar.stop();
  }
}

async function showLine<T>(label: string, work: (step: () => void) => Promise<T>, aside: () => string): Promise<T> {
  const start = performance.now();
  let steps = 0;
  const result = await work(() => void steps++);
  stderr.write(`${label}: ${steps} in ${((performance.now() - start) / 1000).toFixed(1)} s${aside()}\n`);
  return result;
}
