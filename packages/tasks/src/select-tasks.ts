/**
 * Tasks by what they are asked for: their names, those of groups and tags, and patterns of any of them with `*`, `?` and `[…]`, as
 * lm-evaluation-harness takes them.
 */
import { nearestNames } from '@linchpin/errors';
import type { Task } from '@linchpin/plugin-api';
import { isPattern, matchesPattern } from '@linchpin/python-strings';
import { noTaskMatches, unknownTask } from './errors.ts';
import { groups } from './generated/groups.ts';
import { tasks } from './generated/tasks.ts';
import { groupsOf, type TaskGroup, tasksOf } from './task-group.ts';

/** Every task, those of groups included. */
export const allTasks: readonly Task[] = [...tasks, ...groups.flatMap(tasksOf)];

/** Every group, those in groups included. */
export const allGroups: readonly TaskGroup[] = groups.flatMap(groupsOf);

export interface TaskSelection {
  /** Each once, in the order in which they were asked for. */
  readonly tasks: readonly Task[];
  /** The groups that were asked for by a name or a pattern, and those in them. */
  readonly groups: readonly TaskGroup[];
}

/** What names ask for; `own` are tasks besides those of the project. A name or pattern of nothing is an error. */
export function selectTasks(names: readonly string[], own: readonly Task[] = []): TaskSelection {
  const ownNames = new Set(own.map(({ name }) => name));
  const known = [...own, ...allTasks.filter(({ name }) => !ownNames.has(name))];
  const chosen = new Set<Task>();
  const chosenGroups = new Set<TaskGroup>();
  for (const name of names) {
    const found = [...new Set(known.flatMap((task) => [task.name, ...(task.tags ?? [])]))];
    const all = [...found, ...allGroups.map((group) => group.name)];
    const fits = (each: string): boolean => (isPattern(name) ? matchesPattern(each, name) : each === name);
    const matching = new Set(all.filter(fits));
    if (matching.size === 0) throw missing(name, all);
    for (const group of allGroups)
      if (matching.has(group.name)) {
        for (const each of groupsOf(group)) chosenGroups.add(each);
        for (const task of tasksOf(group)) chosen.add(task);
      }
    for (const task of known)
      if (matching.has(task.name) || task.tags?.some((tag) => matching.has(tag)) === true) chosen.add(task);
  }
  return { tasks: [...chosen], groups: [...chosenGroups] };
}

/** The task of a name; an unknown name is an error that offers the nearest ones. */
export function findTask(name: string): Task {
  const task = allTasks.find((each) => each.name === name);
  if (task !== undefined) return task;
  throw missing(
    name,
    allTasks.map((each) => each.name),
  );
}

function missing(name: string, known: readonly string[]): Error {
  if (isPattern(name)) return noTaskMatches(name);
  return unknownTask(
    name,
    nearestNames(name, known),
    tasks.map((each) => each.name).concat(groups.map((each) => each.name)),
  );
}
