/** What is asked, of which tasks: the names of a command or a script with the settings of each. */
import type { Task } from '@linchpin/plugin-api';
import { badNumber } from './errors.ts';
import type { OwnTask } from './own/own-task.ts';
import { selectTasks, type TaskSelection } from './select-tasks.ts';
import type { Asking, Prompting } from './task-questions.ts';

/** Examples by tasks, groups, tags or patterns of them; what stands later wins. */
export type FewshotByTask = Readonly<Record<string, NonNullable<Prompting['numFewshot']>>>;

export interface TaskPlanOptions extends Asking {
  /** Tasks besides those of the project. */
  readonly own?: readonly OwnTask[] | undefined;
  /** Examples where `numFewshot` says nothing. */
  readonly fewshot?: FewshotByTask | undefined;
}

export interface TaskPlan extends Pick<TaskSelection, 'groups'> {
  readonly tasks: readonly { readonly task: Task; readonly asking: Asking }[];
}

/** Throws for a name that fits nothing. */
export function planTasks(names: readonly string[], options: TaskPlanOptions = {}): TaskPlan {
  const { own: given = [], fewshot = {}, ...asking } = options;
  const own = given.map(({ task }) => task);
  const counts = new Map<Task, Prompting['numFewshot']>();
  for (const [name, count] of Object.entries(fewshot)) {
    if (count !== 'published' && !(Number.isSafeInteger(count) && count >= 0)) throw badNumber('num-fewshot', count);
    for (const task of selectTasks([name], own).tasks) counts.set(task, count);
  }
  const { tasks, groups } = selectTasks(names, own);
  return {
    tasks: tasks.map((task) => ({ task, asking: { ...asking, numFewshot: asking.numFewshot ?? counts.get(task) } })),
    groups,
  };
}
