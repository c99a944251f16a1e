/** A bar on stderr while a terminal looks on; nothing otherwise. */
import { stderr } from 'node:process';
import { SingleBar } from 'cli-progress';

export interface Progress {
  /** Begins a part of the work, of `total` steps. */
  begin(label: string, total: number): void;
  step(count?: number): void;
  end(): void;
}

const labelWidth = 34;

/** A progress bar, or one that shows nothing when `quiet` or where no terminal shows it. */
export function createProgress(quiet: boolean): Progress {
  if (quiet || !stderr.isTTY) return { begin() {}, step() {}, end() {} };
  const bar = new SingleBar({
    format: '{label} {bar} {value}/{total} {eta_formatted}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: false,
    stream: stderr,
  });
  let isRunning = false;
  const stop = (): void => {
    if (isRunning) bar.stop();
    isRunning = false;
  };
  return {
    begin(label, total) {
      stop();
      bar.start(total, 0, { label: label.padEnd(labelWidth) });
      isRunning = true;
    },
    step: (count = 1) => bar.increment(count),
    end: stop,
  };
}
