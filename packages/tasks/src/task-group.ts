/** Tasks that are asked for by one name, and reduced to one number. */
import type { MetricName, Task } from '@linchpin/plugin-api';

export interface TaskGroup {
  readonly name: string;
  /** Raised whenever the same numbers of its tasks can give another one. */
  readonly version: number;
  /** In the order in which they are asked. */
  readonly members: readonly (Task | TaskGroup)[];
  /** What is averaged over all tasks of the group and of the groups in it. */
  readonly metrics: readonly { readonly metric: MetricName; readonly weighting: 'items' | 'tasks' }[];
}

/** The tasks of a group, those of groups in it included. */
export function tasksOf({ members }: TaskGroup): Task[] {
  return members.flatMap((member) => ('members' in member ? tasksOf(member) : [member]));
}

/** A group and the groups in it. */
export function groupsOf(group: TaskGroup): TaskGroup[] {
  return [group, ...group.members.flatMap((member) => ('members' in member ? groupsOf(member) : []))];
}
