/**
 * How far the work is: a bar on stderr where a terminal looks on; elsewhere a line a finished part, and a line a minute
 * of a part that takes longer.
 */
import { stderr } from 'node:process';
import type { Progress, Reporter } from '@linchpin/execution';
import { SingleBar } from 'cli-progress';

type Placement = Parameters<NonNullable<Reporter['place']>>[0];
type Download = Parameters<Reporter['download']>[0];

export interface ReporterOptions {
  /** Shows and says nothing. */
  readonly quiet?: boolean | undefined;
  /** Says of each model that is run which nodes its device leaves to the CPU. */
  readonly verbose?: boolean | undefined;
  /** Once it is aborted the terminal is given back, for whatever has to be said. */
  readonly signal: AbortSignal;
}

export function terminalReporter({ quiet = false, verbose = false, signal }: ReporterOptions): Reporter {
  if (quiet) return { remark() {}, begin: () => silent, meter: () => () => {}, download() {} };
  const showDownload = downloads(signal);
  return {
    remark: (text) => void stderr.write(`${text}\n`),
    download: showDownload,
    begin: (parts) => progress(parts, signal),
    meter: (label) => meter(label, signal),
    ...(verbose ? { place: placements() } : {}),
  };
}

/** Rows of a table mostly have the same graph: what was said is not said again. */
function placements(): NonNullable<Reporter['place']> {
  const said = new Set<string>();
  return (placement) => {
    const text = placementInWords(placement);
    if (!said.has(text)) stderr.write(`${text}\n`);
    said.add(text);
  };
}

function placementInWords({ device, nodes, onCpu, copies }: Placement): string {
  const left = [...onCpu].toSorted(([, a], [, b]) => b - a).map(([operator, count]) => `${count} ${operator}`);
  const all = nodes + sum([...onCpu.values()]);
  if (left.length === 0) return `device ${device} computes all ${all} nodes`;
  const crossing = `${copies} ${copies === 1 ? 'tensor crosses' : 'tensors cross'} in a batch`;
  return `device ${device} computes ${nodes} of ${all} nodes and leaves the CPU ${left.join(', ')}; ${crossing}`;
}

const silent: Progress = { part: (_label, _total, work) => work(() => {}) };

function progress(parts: number | readonly number[], signal: AbortSignal): Progress {
  const whole = new WholeTime(typeof parts === 'number' ? Array<number>(parts).fill(1) : parts);
  return {
    part(label, total, work, aside = () => '') {
      const shown = { label: `${whole.begin()}/${whole.parts} ${label}`, total, whole, aside };
      return stderr.isTTY ? showBar(shown, signal, work) : showLines(shown, work);
    },
  };
}

/**
 * How long all parts will take, from what is done behind the first step: before it a model is read and a graph laid, which is not done
 * again for every item.
 */
class WholeTime {
  readonly parts: number;
  readonly #costs: readonly number[];
  /** Costs that are done, and when, in seconds. */
  #first: { readonly done: number; readonly at: number } | undefined;
  #last: { readonly done: number; readonly at: number } | undefined;
  #begun = 0;
  #hasSaid = false;

  /** Expected costs of the parts, in any one unit. */
  constructor(costs: readonly number[]) {
    this.#costs = costs;
    this.parts = costs.length;
  }

  begin(): number {
    return ++this.#begun;
  }

  /** Seconds that are left, where that can be told. */
  remaining(): number {
    const [first, last] = [this.#first, this.#last];
    if (first === undefined || last === undefined || last.done <= first.done) return Infinity;
    const pace = (last.at - first.at) / (last.done - first.done);
    const since = performance.now() / 1000 - last.at;
    return Math.max(0, (sum(this.#costs) - last.done) * pace - since);
  }

  /**
   * Told at every step, with the share of the part at work that is done. Says once, as soon as enough is done to tell: how long
   * all of it will take, where that is worth a line.
   */
  announcement(share: number): string | undefined {
    const ofPart = Math.min(1, share) * (this.#costs[this.#begun - 1] ?? 0);
    const done = sum(this.#costs.slice(0, this.#begun - 1)) + ofPart;
    this.#last = { done, at: performance.now() / 1000 };
    const first = this.#first ?? this.#last;
    // The items of one batch end together.
    this.#first = this.#last.at - first.at < batchSeconds ? { ...first, done } : first;
    const remaining = this.remaining();
    if (this.#hasSaid || this.#last.at - this.#first.at < leastSeconds || remaining === Infinity) return undefined;
    this.#hasSaid = true;
    return remaining >= worthSaying ? `about ${inWords(remaining)} for all of it` : undefined;
  }
}

/** Steps so near to the first one belong to its batch. */
const batchSeconds = 0.1;
/** Seconds behind the first step after which the next ones tell how long the rest will take, and that a rest must take to be worth a line. */
const leastSeconds = 5;
const worthSaying = 30;

/** With label, bar and counts a line fits 80 columns. */
const labelWidth = 38;
const barWidth = 20;

interface Shown {
  readonly label: string;
  readonly total: number;
  readonly whole: WholeTime;
  readonly aside: () => string;
}

async function showBar<T>(
  { label, total, whole }: Shown,
  signal: AbortSignal,
  work: (step: () => void) => Promise<T>,
): Promise<T> {
  const bar = createBar(label, total, signal);
  let steps = 0;
  try {
    return await work(() => {
      bar.update(++steps);
      const said = whole.announcement(steps / total);
      if (said !== undefined) bar.say(said);
    });
  } finally {
    bar.stop();
  }
}

/** Between two lines of a part that goes on. */
const lineMilliseconds = 60_000;

async function showLines<T>({ label, total, whole, aside }: Shown, work: (step: () => void) => Promise<T>): Promise<T> {
  const start = performance.now();
  let steps = 0;
  const timer = setInterval(() => {
    const left = whole.remaining();
    const rest = Number.isFinite(left) ? `, about ${inWords(left)} left` : '';
    stderr.write(`${label}: ${steps} of ${total} after ${inWords((performance.now() - start) / 1000)}${rest}\n`);
  }, lineMilliseconds).unref();
  try {
    const result = await work(() => {
      const said = whole.announcement(++steps / total);
      if (said !== undefined) stderr.write(`${said}\n`);
    });
    stderr.write(`${label}: ${steps} in ${((performance.now() - start) / 1000).toFixed(1)} s${aside()}\n`);
    return result;
  } finally {
    clearInterval(timer);
  }
}

interface Bar {
  update(value: number): void;
  /** A line above the bar. */
  say(text: string): void;
  /** Removes the bar; after it nothing is shown any more. */
  stop(): void;
}

/** Starts a bar on the terminal, which stops at the latest when the signal is aborted. */
function createBar(label: string, total: number, signal: AbortSignal): Bar {
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
    say(text) {
      if (bar.isActive) stderr.write(`\r\u001B[K${text}\n`);
    },
    update(value) {
      if (bar.isActive) bar.update(value);
    },
  };
}

/** Of what takes less nothing is shown. */
const quickMilliseconds = 10_000;

/** A step that is shown once it has gone on for some time: a bar, or a line a minute where no terminal looks on. */
function meter(label: string, signal: AbortSignal): (done: number, total: number) => void {
  let start: number | undefined;
  let said = 0;
  let bar: Bar | undefined;
  return (done, total) => {
    const now = performance.now();
    start ??= now;
    const elapsed = now - start;
    const isDone = done >= total;
    if (stderr.isTTY) {
      if (elapsed >= quickMilliseconds && !isDone) bar ??= createBar(label, total, signal);
      bar?.update(done);
      if (isDone) bar?.stop();
    } else if (said === 0 ? elapsed >= quickMilliseconds && !isDone : isDone || now - said >= lineMilliseconds) {
      said = now;
      const rest = isDone ? '' : `, about ${inWords((elapsed * (total - done)) / done / 1000)} left`;
      stderr.write(`${label}: ${done} of ${total} after ${inWords(elapsed / 1000)}${rest}\n`);
    }
    if (!isDone) return;
    [start, said, bar] = [undefined, 0, undefined];
  };
}

/** A bar a file, or a line a file where no terminal looks on. */
function downloads(signal: AbortSignal): (download: Download) => void {
  let shown: string | undefined;
  let bar: Bar | undefined;
  return ({ file, bytes, total }) => {
    if (file !== shown) {
      shown = file;
      bar?.stop();
      if (stderr.isTTY) bar = createBar(`${file} (MB)`, megabytes(total), signal);
      else stderr.write(`downloading ${file}, ${megabytes(total)} MB\n`);
    }
    bar?.update(megabytes(bytes));
    if (bytes === total) bar?.stop();
  };
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 1e6);
}

/** `40 s`, `12 min`, `3 h 20 min`. */
export function inWords(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
