/** What whoever started some work is told while it goes on. The command writes it to a terminal; a script may ignore it. */
import type { DownloadProgress } from '@linchpin/hub';
import type { Placement } from '@linchpin/runtime';

export interface Reporter {
  /** Something that should be known: a warning, or a choice that was made automatically. */
  remark(text: string): void;
  /** Begins work of parts: how many there are, or what each is expected to cost in terms of the others. */
  begin(parts: number | readonly number[]): Progress;
  /**
   * Watches a step that is quick for small models and takes minutes for large ones: what it gives is called with what is
   * done and how much there is.
   */
  meter(label: string): (done: number, total: number) => void;
  /** Called as the files of a model arrive from the hub, one file after the other. */
  download(progress: DownloadProgress): void;
  /** Called after the first batch of each session, which is profiled where somebody listens: what its device leaves to the CPU. */
  place?(placement: Placement): void;
}

export interface Progress {
  /**
   * Shows a part of the work, of at most `total` steps, while `work` does it and calls `step` for each; what `aside`
   * says at the end, that nothing was computed for example, stands behind the time.
   */
  part<T>(label: string, total: number, work: (step: () => void) => Promise<T>, aside?: () => string): Promise<T>;
}

export const silentProgress: Progress = { part: (_label, _total, work) => work(() => {}) };

/** Says nothing. */
export const silentReporter: Reporter = {
  remark() {},
  begin: () => silentProgress,
  meter: () => () => {},
  download() {},
};
