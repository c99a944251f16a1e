/** What is seen while the model comes: bytes and seconds. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ModelState } from './use-model.ts';

export interface LoadingProps {
  readonly progress: ModelState['progress'] | undefined;
  readonly failure: ModelState['failure'] | undefined;
}

export function Loading({ progress, failure }: LoadingProps): JSX.Element {
  const seconds = useSeconds(failure === undefined);
  if (failure !== undefined) {
    return (
      <section class="card problem" role="alert">
        <h2>The model could not be opened</h2>
        <p>{failure}</p>
        <p>Load the page again; if that does not help, choose the other engine or another browser.</p>
      </section>
    );
  }
  const { loaded = 0, total = 0, cached = 0 } = progress ?? {};
  const isWhole = total > 0 && loaded >= total;
  return (
    <section class="card loading" aria-busy="true">
      <h2>{isWhole ? 'Opening the model' : 'Loading the model'}</h2>
      <progress aria-label="Bytes of the model" max={Math.max(1, total)} value={loaded} />
      <p class="quiet">
        {megabytes(loaded)} of {total === 0 ? '…' : megabytes(total)} MB
        {cached > 0 ? ' from this browser’s cache' : ''} · {seconds} s
      </p>
    </section>
  );
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

function useSeconds(isRunning: boolean): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    if (!isRunning) return undefined;
    const timer = setInterval(() => setSeconds((before) => before + 1), 1000);
    return () => clearInterval(timer);
  }, [isRunning]);
  return seconds;
}
