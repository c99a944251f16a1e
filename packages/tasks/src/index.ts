export { findTask } from './find-task.ts';
export { tasks } from './generated/tasks.ts';
export { type LoadedQuestion, type LoadOptions, loadQuestions } from './load-questions.ts';
