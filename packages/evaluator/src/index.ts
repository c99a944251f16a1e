export { PairEncoder } from './encode-pair.ts';
export { type EncodedQuestion, EncodedQuestions, type Encoding, type LoadedQuestion } from './encoded-questions.ts';
export {
  evaluateTask,
  type JudgedItem,
  type MetricValue,
  type ScoredPair,
  sweepTask,
  type TaskResult,
  type TaskRun,
  type TaskSweep,
} from './evaluate-task.ts';
export {
  createLanguageModel,
  createSweepModel,
  defaultBatchTokens,
  type LanguageModelOptions,
} from './language-model.ts';
export type { Bootstrap } from './metric-tally.ts';
export { type Answer, judge, type TextPair, textPairs } from './score-question.ts';
