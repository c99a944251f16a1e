/** Tasks by the names that lm-evaluation-harness gives them. */
import { nearestNames } from '@linchpin/errors';
import type { Task } from '@linchpin/plugin-api';
import { unknownTask } from './errors.ts';
import { tasks } from './generated/tasks.ts';

/** The task of a name; an unknown name is an error that offers the nearest ones. */
export function findTask(name: string): Task {
  const task = tasks.find((each) => each.name === name);
  if (task !== undefined) return task;
  const known = tasks.map((each) => each.name);
  throw unknownTask(name, nearestNames(name, known), known);
}
