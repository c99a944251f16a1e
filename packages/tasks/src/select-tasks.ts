/**
 * Tasks by what they are asked for: their names, those of groups and tags, and patterns of any of them with `*`, `?` and `[…]`, as
 * lm-evaluation-harness takes them.
 */
import { nearestNames } from '@linchpin/errors';
import type { Task } from '@linchpin/plugin-api';
import { isPattern, matchesPattern } from '@linchpin/python-strings';
import { nameTaken, noTaskMatches, unknownTask } from './errors.ts';
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

/**
 * Own tasks, and those of the project whose names they do not take. Throws where a name of an own task is that of another one, of a
 * group or of a tag of the project: asking for it would mean both.
 */
export function knownTasks(own: readonly Task[]): readonly Task[] {
  const several = new Map<string, string>(
    allTasks.flatMap(({ tags = [] }) => tags.map((tag) => [tag, 'a tag'] as const)),
  );
  for (const { name } of allGroups) several.set(name, 'a group');
  const names = new Set<string>();
  for (const { name } of own) {
    const taken = names.has(name) ? 'another task of your own' : several.get(name);
    if (taken !== undefined) throw nameTaken(name, taken);
    names.add(name);
  }
  return [...own, ...allTasks.filter(({ name }) => !names.has(name))];
}

/**
 * What names ask for; `own` are tasks besides those of the project, and count in the place of one of their name, in groups, too. A name
 * or pattern of nothing is an error.
 */
export function selectTasks(names: readonly string[], own: readonly Task[] = []): TaskSelection {
  const known = knownTasks(own);
  const byName = new Map(known.map((task) => [task.name, task]));
  const chosen = new Set<Task>();
  const chosenGroups = new Set<TaskGroup>();
  const all = [
    ...new Set(known.flatMap((task) => [task.name, ...(task.tags ?? [])])),
    ...allGroups.map((group) => group.name),
  ];
  for (const name of names) {
    const fits = (each: string): boolean => (isPattern(name) ? matchesPattern(each, name) : each === name);
    const matching = new Set(all.filter(fits));
    if (matching.size === 0) throw missing(name, all, own);
    for (const group of allGroups)
      if (matching.has(group.name)) {
        for (const each of groupsOf(group)) chosenGroups.add(each);
        for (const task of tasksOf(group)) chosen.add(byName.get(task.name)!); // which has every task of every group
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

function missing(name: string, known: readonly string[], own: readonly Task[] = []): Error {
  if (isPattern(name)) return noTaskMatches(name);
  const listed = [...own, ...tasks, ...groups].map((each) => each.name);
  return unknownTask(name, nearestNames(name, known), [...new Set(listed)]);
}
