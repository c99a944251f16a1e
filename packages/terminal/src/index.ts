export { type Ending, endingSignals, type EndingSignal, neverEnding, takeSignals } from './signals.ts';
export { type ReporterOptions, terminalReporter } from './terminal-reporter.ts';
export { type TrainingProgress, trainingProgress } from './training-progress.ts';
