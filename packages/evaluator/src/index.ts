export { PairEncoder } from './encode-pair.ts';
export { type EncodedQuestion, EncodedQuestions, type Encoding, type LoadedQuestion } from './encoded-questions.ts';
export {
  evaluateTask,
  type JudgedItem,
  type ScoredPair,
  sweepTask,
  type TaskResult,
  type TaskRun,
  type TaskSweep,
} from './evaluate-task.ts';
export { createLanguageModel, createSweepModel, type LanguageModelOptions } from './language-model.ts';
export type { Bootstrap, MetricValue } from './metric-tally.ts';
export { type Answer, judge, type TextPair, textPairs } from './score-question.ts';
export { nextTokens, sequenceBatch } from './sequence-batch.ts';
