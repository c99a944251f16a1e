export { PairEncoder } from './encode-pair.ts';
export {
  evaluateTask,
  type JudgedItem,
  type LoadedQuestion,
  type MetricValue,
  type ScoredPair,
  type TaskResult,
  type TaskRun,
} from './evaluate-task.ts';
export { createLanguageModel, defaultBatchTokens, type LanguageModelOptions } from './language-model.ts';
export { type Answer, judge, type TextPair, textPairs } from './score-question.ts';
