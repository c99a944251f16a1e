/**
 * Ctrl-C, SIGTERM and SIGHUP: the first signal lets the batch at work finish, so that what is done can be saved; a second
 * one ends at once. Whoever sends SIGTERM kills after some time (30 s on clusters): before that the command ends by itself.
 */
import process from 'node:process';

/** Signals that end a command well: Ctrl-C, a closed terminal, and what timeout, systemd, Slurm and Kubernetes send. */
export const endingSignals = { SIGINT: 2, SIGHUP: 1, SIGTERM: 15 } as const;

export type EndingSignal = keyof typeof endingSignals;

export interface Ending {
  /** Aborted by the first signal; whoever computes for long asks it between two steps. */
  readonly signal: AbortSignal;
  /** The signal that came first; undefined where none has come. */
  by(): EndingSignal | undefined;
  /** Called before the process is ended at once. */
  onEnd(work: () => void): void;
  /** Gives the signals back to the process. */
  stop(): void;
}

/** Milliseconds after SIGTERM or SIGHUP at which the batch at work is given up: less than the grace of clusters. */
const patience = 20_000;

/** Takes the signals that end a command. */
export function takeSignals(): Ending {
  const controller = new AbortController();
  const handlers: (readonly [EndingSignal, () => void])[] = [];
  const endings: (() => void)[] = [];
  let first: EndingSignal | undefined;
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    clearTimeout(timer);
    for (const [signal, handler] of handlers) process.off(signal, handler);
    handlers.length = 0;
  };
  /** `process.exit` would wait for the batch at work; without a handler the signal itself ends the process. */
  const endAtOnce = (signal: EndingSignal): void => {
    for (const work of endings) work();
    stop();
    process.kill(process.pid, signal);
  };
  const onSignal = (signal: EndingSignal): void => {
    if (first !== undefined) return endAtOnce(signal);
    first = signal;
    controller.abort(new EndedBySignal(signal));
    const again = signal === 'SIGINT' ? 'Ctrl-C again ends at once' : 'a second signal ends at once';
    process.stderr.write(`\nstopping after the batch at work; ${again}\n`);
    if (signal !== 'SIGINT') timer = setTimeout(() => endAtOnce(signal), patience).unref();
  };
  for (const signal of Object.keys(endingSignals) as EndingSignal[]) {
    const handler = (): void => onSignal(signal);
    handlers.push([signal, handler]);
    process.on(signal, handler);
  }
  return { signal: controller.signal, by: () => first, onEnd: (work) => void endings.push(work), stop };
}

/** What work that is aborted throws, unless it can say what it has saved. */
class EndedBySignal extends Error {
  constructor(signal: EndingSignal) {
    super('interrupted: nothing was saved');
    this.name = signal;
  }
}

/** Of what no signal ends. */
export function neverEnding(): Ending {
  return { signal: new AbortController().signal, by: () => undefined, onEnd() {}, stop() {} };
}
