export { groupRows } from './group-rows.ts';
export { tasks } from './generated/tasks.ts';
export { type LoadedQuestion, type LoadOptions, loadQuestions } from './load-questions.ts';
export { type ExamplePool, defaultFewshotSeed } from './prompts/example-pool.ts';
export { type ChatFormat, QuestionPrompts } from './prompts/question-prompts.ts';
export type { Message } from './prompts/turns.ts';
export { lmEvalTask, type LmEvalTaskFile } from './own/lm-eval-task.ts';
export { type OwnTask, ownTask, withOwnData } from './own/own-task.ts';
export type { OwnRow, TaskDefinition } from './own/task-definition.ts';
export { type FewshotByTask, planTasks, type TaskPlan, type TaskPlanOptions } from './plan-tasks.ts';
export { allGroups, findTask, knownTasks, selectTasks, type TaskSelection } from './select-tasks.ts';
export { type TaskGroup, tasksOf } from './task-group.ts';
export {
  type AskedFacts,
  type Asking,
  type NamedChatFormat,
  openQuestions,
  type Prompting,
  type TaskQuestions,
} from './task-questions.ts';
