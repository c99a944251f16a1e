export { type ReporterOptions, terminalReporter } from './terminal-reporter.ts';
export { type TrainingProgress, trainingProgress } from './training-progress.ts';
