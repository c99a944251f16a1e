/** How far the download of a model is: a bar a file where a terminal looks on, a line a file elsewhere. */
import { stderr } from 'node:process';
import type { DownloadProgress } from '@linchpin/models';
import type { OutputFlags } from './flags.ts';
import { createBar, type StoppableBar } from './progress.ts';

/** Gives `work` what is to be called as files grow, one file after the other. Ends it when the signal is aborted. */
export async function showDownload<T>(
  { quiet }: OutputFlags,
  signal: AbortSignal,
  work: (onProgress: (progress: DownloadProgress) => void) => Promise<T>,
): Promise<T> {
  let shown: string | undefined;
  let bar: StoppableBar | undefined;
  const show = ({ file, bytes, total }: DownloadProgress): void => {
    if (file !== shown) {
      shown = file;
      bar?.stop();
      if (stderr.isTTY) bar = createBar(`${file} (MB)`, megabytes(total), signal);
      else stderr.write(`downloading ${file}, ${megabytes(total)} MB\n`);
    }
    bar?.update(megabytes(bytes));
  };
  try {
    return await work((progress) => {
      signal.throwIfAborted();
      if (quiet !== true) show(progress);
    });
  } catch (error) {
    // For whoever downloads, one that is interrupted is one that broke off.
    signal.throwIfAborted();
    throw error;
  } finally {
    bar?.stop();
  }
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 1e6);
}
