/** How a training goes: a line that is kept up to date where a terminal looks on, else a line a minute. */
import { stderr } from 'node:process';
import type { EvaluationRecord, StepRecord, TrainingObserver } from '@linchpin/training';
import { inWords, type ReporterOptions } from './terminal-reporter.ts';

export interface TrainingProgress {
  readonly observer: Required<Pick<TrainingObserver, 'onResumed' | 'onStep' | 'onEvaluation'>>;
  begin(steps: number): void;
  /** A line of its own. */
  say(text: string): void;
  /** Takes the line away; nothing is shown after it. */
  end(): void;
}

/** Speed and rest are told from the last so many steps. */
const window = 50;
const quickMilliseconds = 10_000;
const lineMilliseconds = 60_000;
const clearLine = '\r\u001B[K';

export function trainingProgress({ quiet = false, signal }: ReporterOptions): TrainingProgress {
  if (quiet) return { observer: { onResumed() {}, onStep() {}, onEvaluation() {} }, begin() {}, say() {}, end() {} };
  let total = 0;
  let isOver = false;
  let line = '';
  let said: number | undefined;
  const recent: { at: number; tokens: number }[] = [];
  const say = (text: string): void => write(`${line === '' ? '' : clearLine}${text}\n${line}`);
  const end = (): void => {
    if (line !== '') write(clearLine);
    line = '';
    isOver = true;
    signal.removeEventListener('abort', end);
  };
  signal.addEventListener('abort', end);
  const inLine = ({ step, loss }: StepRecord, now: number): string => {
    const [oldest] = recent;
    const seconds = (now - oldest!.at) / 1000;
    const tokens = recent.slice(1).reduce((sum, each) => sum + each.tokens, 0);
    const left = (seconds / (recent.length - 1)) * (total - step);
    const speed = recent.length < 2 ? '' : `, ${Math.round(tokens / seconds)} tokens/s, about ${inWords(left)} left`;
    return `step ${step} of ${total}: loss ${loss.toFixed(4)}${speed}`;
  };
  return {
    begin(steps) {
      total = steps;
      recent.push({ at: performance.now(), tokens: 0 });
      said = performance.now() - lineMilliseconds + quickMilliseconds;
    },
    say,
    end,
    observer: {
      onResumed: (step) => say(`goes on behind step ${step}`),
      onStep(record) {
        const now = performance.now();
        recent.push({ at: now, tokens: record.tokens });
        if (recent.length > window) recent.shift();
        if (isOver) return;
        if (stderr.isTTY) {
          line = inLine(record, now);
          write(`${clearLine}${line}`);
        } else if (now - said! >= lineMilliseconds) {
          said = now;
          say(inLine(record, now));
        }
      },
      onEvaluation({ step, loss }: EvaluationRecord, isBest) {
        if (!isOver)
          say(`step ${step}: loss ${loss.toFixed(4)} on what is held out${isBest ? ', the best so far' : ''}`);
      },
    },
  };
}

function write(text: string): void {
  stderr.write(text);
}
